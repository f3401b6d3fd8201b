import TrackingTestSupport

/// Credentials in the forms in which they appear in logs, files and commands, and texts that look
/// like them. The parts that look real are made here, so that no scanner of source code finds them
/// in this file.
enum SecretCorpus {
  /// A form with `§` in the place of the secret.
  struct Form: CustomStringConvertible, Sendable {
    let text: String
    let secret: String
    var description: String { text }
    /// The text with something in the place of the secret.
    func with(_ secret: String) -> String {
      text.split(separator: "§", omittingEmptySubsequences: false).joined(separator: secret)
    }

    init(_ text: String, _ secret: String = SecretCorpus.password) {
      self.text = text
      self.secret = secret
    }
  }

  static let password = "s3" + "Cr3t" + "Pa55w0rd"
  private static let hexDigits = "0123456789abcdef"
  private static let small = "abcdefghijklmnopqrstuvwxyz0123456789"
  private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

  static func hex(_ count: Int, _ seed: UInt64 = 7) -> String { randomText(count, hexDigits, seed) }
  static func word(_ count: Int, _ seed: UInt64 = 7) -> String {
    "a1B" + randomText(count - 3, letters, seed)
  }
  static let uuid =
    [hex(8), hex(4), hex(4, 8), hex(4, 9), hex(12)].joined(separator: "-")

  private static let begin = "-----BEGIN "
  private static let body = randomText(64, letters)

  static let commands: [Form] = [
    Form("curl -u me:§ https://example.org"), Form("curl -s --user 'me:§' https://example.org/a"),
    Form("+ curl -ume:§ https://example.org"), Form("curl --proxy-user me:§ http://example.org"),
    Form(
      "curl -b 'session=§' https://example.org".replacing("session=§", "§"), "session=" + password),
    Form("curl \\\n  -u me:§ \\\n  https://example.org"), Form("http -a me:§ example.org/get"),
    Form("mysql -u root -p§ shop"), Form("mysqldump --all-databases -uroot -p§ > all.sql"),
    Form("mysql -uroot -p'§' shop"), Form("mariadb -h db -p§"),
    Form("Command '['mysql', '-u', 'root', '-p§', 'shop']' returned non-zero exit status 1."),
    Form("docker login -u me -p § registry.example.org"), Form("docker login -u me -p§"),
    Form("podman login registry.example.org -u me -p §"),
    Form("helm registry login -u me -p § r.io"),
    Form("skopeo login -u me -p § quay.io"), Form("sudo docker login --username me --password § x"),
    Form("az login --service-principal -u app -p § --tenant t"),
    Form("oc login -u me -p § https://c"),
    Form("sshpass -p § ssh me@host"), Form("sshpass -p§ scp a me@host:"),
    Form("sshpass -p '§' ssh h"),
    Form("wandb login §", hex(40)), Form("$ wandb login --relogin §", hex(40)),
    Form("wandb login --host https://w.example.org §", hex(40)), Form("vault login §", word(26)),
    Form("ngrok config add-authtoken §", word(49)), Form("snyk auth §", uuid),
    Form("mongosh -u root -p § --authenticationDatabase admin"), Form("mongodump -p §"),
    Form("redis-cli -h cache -a § ping"), Form("sqlcmd -S db -U sa -P § -Q 'select 1'"),
    Form("twine upload -u __token__ -p § dist/*"), Form("unzip -P § data.zip"),
    Form("7z x -p§ data.7z"), Form("ldapsearch -D cn=admin -w § -b dc=x"),
    Form("mosquitto_pub -u me -P § -t topic"), Form("smbclient //s/share -U me%§"),
    Form("lftp -u me,§ sftp://host"), Form("openssl rsa -in key.pem -passin pass:§"),
    Form("sqlplus scott/§@db"), Form("aws configure set aws_secret_access_key §", word(40)),
    Form("npm config set //registry.npmjs.org/:_authToken §", word(36)),
    Form("dvc remote modify --local store password §"), Form("ipmitool -H h -U me -P § power on"),
    Form("mc alias set store https://s3.example.org minio §"), Form("ssh-keygen -t rsa -N § -f id"),
    Form("kubectl create secret generic db --from-literal=password=§"),
    Form("python train.py -u admin -p §"), Form("python train.py --pw § --lr 0.1"),
    Form("train.py --auth me:§ --lr 0.1"), Form("train.py --auth=me:§"),
    Form("train.py --key § --lr 0.1", word(32)), Form("train.py --pass § --epochs 3"),
    Form("keytool -storepass § -list"), Form("train.py --api-key § --lr 0.1"),
    Form("huggingface-cli login --token §", word(32)), Form("gpg --batch --passphrase § -d x.gpg"),
    Form("PGPASSWORD=§ psql -h db"), Form("export MYSQL_PWD=§"),
    Form(
      "git clone https://me:§@github.com/a/b"
        .replacing("me:§", "§"), "me:" + password),
  ]

  static let files: [Form] = [
    Form("machine api.wandb.ai login user password §", hex(40)),
    Form("machine github.com\n  login me\n  password §"), Form("default login me password §"),
    Form("  password §", word(20)), Form("localhost:5432:*:postgres:§"), Form("*:*:*:*:§"),
    Form("db.example.org:5432:shop:me:§"),
    Form("{\"username\":\"me\",\"key\":\"§\"}", hex(32)),
    Form("    client-key-data: §", "LS0tLS1C" + "RUdJTiBSU0Eg" + word(80)),
    Form("    token: §", word(40)), Form("  \"auth\": \"§\"", "bWU6czNDcjN0UGE1NXcwcmQ="),
    Form("_auth=§", "bWU6czNDcjN0UGE1NXcwcmQ="),
    Form("//registry.npmjs.org/:_authToken=§", word(36)),
    Form("password: >-\n  §\nuser: me"), Form("db:\n  password: |\n    §\n  user: me"),
    Form("token: >\n    §\n", word(30)), Form("- name: x\n  secret: |-\n    §\n  other: y"),
    Form("FERNET_KEY=§", word(43) + "="), Form("fernet_key = §", word(43) + "="),
    Form("DJANGO_SECRET_KEY='§'", word(50)), Form("spring.datasource.password=§"),
    Form("db_pw: §"), Form("DB_PW=§"), Form("ALGOLIA_KEY=§", hex(32)),
    Form("<add key=\"x\" password=\"§\" />"), Form("[client]\nuser=root\npassword=§"),
    Form("aws_secret_access_key = §", word(40)), Form("storage_account_key: §", word(86) + "=="),
  ]

  static let connections: [Form] = [
    Form("Server=db;Database=x;Uid=sa;Pwd=§;"), Form("DRIVER={ODBC};SERVER=db;UID=sa;PWD=§"),
    Form("jdbc:oracle:thin:scott/§@//db:1521/x"), Form("jdbc:oracle:oci:scott/§@db"),
    Form("jdbc:sqlserver://db;user=sa;password=§;encrypt=true"),
    Form("jdbc:mysql://db/x?user=me&password=§"),
    Form("postgresql://§@db:5432/x", "me:" + password),
    Form("amqp://§@queue:5672//", "me:" + password),
    Form("mongodb+srv://§@c.example.net/x", "me:" + password),
    Form(
      "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=§;EndpointSuffix=x", word(86) + "=="),
    Form("Endpoint=sb://x.example.net/;SharedAccessKeyName=Root;SharedAccessKey=§", word(43) + "="),
    Form("https://hooks.slack.com/services/§", "T0AAAAAAA/B0AAAAAAA/" + word(24)),
    Form("https://discord.com/api/webhooks/123456789012345678/§", word(68)),
    Form(
      "https://x.webhook.office.com/webhookb2/§",
      uuid + "@" + uuid + "/IncomingWebhook/" + hex(32) + "/" + uuid),
    Form("https://conda.anaconda.org/t/§/mychannel", "ab-" + uuid),
    Form("https://conda.example.org/private/t/§/label/main", word(32)),
    Form("https://api.telegram.org/bot123456789:§/getMe", "AA" + word(33)),
    Form("https://s3/x?X-Amz-Expires=60&X-Amz-Signature=§", hex(64)),
    Form("https://a.blob.core.windows.net/c?sv=2024&sig=§&se=1", "Ab%2F" + word(30) + "%3D"),
    Form("https://§@dev.azure.com/o/p", word(52)),
  ]

  static let calls: [Form] = [
    Form("smtp.login(\"me@example.org\", \"§\")"), Form("    server.login(USER, '§')"),
    Form("ftp.login('me', '§')"), Form("requests.get(url, auth=(\"me\", \"§\"))"),
    Form("HTTPBasicAuth('me', '§')"), Form("HTTPDigestAuth(\"me\", \"§\")"),
    Form("wandb.login(key=\"§\")", hex(40)), Form("wandb.login(\"§\")", hex(40)),
    Form("connect(user='u', password='§', port=1)"), Form("connect(user='u', passwd='§')"),
    Form("connect(user=\"u\", pwd=\"§\")"), Form("{\"user\": \"me\", \"pass\": \"§\"}"),
    Form("client.auth(\"me\", \"§\")"), Form("openai.api_key = '§'", word(40)),
    Form("os.environ[\"WANDB_API_KEY\"] = \"§\"", hex(40)),
  ]

  static let headers: [Form] = [
    Form("X-JFrog-Art-Api: §", "AKC" + "p" + word(69)),
    Form("curl -H 'X-JFrog-Art-Api:§' x", word(40)),
    Form("Cookie: §", "session=" + word(30) + "; csrf=" + word(20)),
    Form("{'Cookie': '§'}", "session=" + word(30)),
    Form("Set-Cookie: §; Path=/; HttpOnly", "sid=" + word(30)),
    Form("< set-cookie: §; path=/", "sid=" + word(30)),
    Form("Authorization: Basic §", "bWU6czNDcjN0UGE1NXcwcmQ="),
    Form("Authorization: Bearer §", word(40)), Form("{'Authorization': 'token §'}", word(40)),
    Form("X-Api-Key: §", word(30)), Form("PRIVATE-TOKEN: §", word(20)),
    Form("Proxy-Authorization: Basic §", "bWU6czNDcjN0UGE1NXcwcmQ="),
    Form("X-Vault-Token: §", word(26)),
    Form("api-key: §", hex(32)), Form("Ocp-Apim-Subscription-Key: §", hex(32)),
  ]

  static let tokens: [Form] = [
    "AK" + "IA" + randomText(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "AS" + "IA" + randomText(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "AI" + "za" + word(35), "ya" + "29." + word(60), "GOC" + "SPX-" + word(28),
    "gh" + "p_" + word(36), "gh" + "o_" + word(36),
    "gh" + "s_" + word(36), "github" + "_pat_" + word(22) + "_" + word(59),
    "gl" + "pat-" + word(20), "gl" + "cbt-64_" + word(20),
    "gl" + "rt-" + word(20), "gl" + "soat-" + word(20), "GR" + "1348941" + word(20),
    "xo" + "xb-123456789012-123456789012-" + word(24),
    "xo" + "xp-123456789012-123456789012-123456789012-" + hex(32),
    "xa" + "pp-1-A0AAAAAAAAA-123456789012-" + hex(64), "sk" + "-ant-api03-" + word(93) + "AA",
    "sk" + "-proj-" + word(74),
    "sk" + "-" + word(48), "hf" + "_" + randomText(34, "abcdefghijklmnopqrstuvwxyz"),
    "api_" + "org_" + randomText(34, "abcdefghijklmnopqrstuvwxyz"),
    "gs" + "k_" + word(52), "r8" + "_" + word(37), "nv" + "api-" + word(64),
    "pp" + "lx-" + word(48), "xa" + "i-" + word(80),
    "tv" + "ly-" + word(32), "pc" + "sk_" + word(60), "ls" + "v2_pt_" + hex(32) + "_" + hex(10),
    "np" + "m_" + word(36),
    "py" + "pi-AgEIcHlwaS5vcmc" + word(70), "dc" + "kr_pat_" + word(27), "do" + "p_v1_" + hex(64),
    "do" + "o_v1_" + hex(64),
    "da" + "pi" + hex(32), "sk" + "_live_" + word(24), "rk" + "_live_" + word(24),
    "wh" + "sec_" + word(32), "sh" + "pat_" + hex(32),
    "sh" + "pss_" + hex(32), "SG" + "." + word(22) + "." + word(43),
    "xkey" + "sib-" + hex(64) + "-" + word(16),
    "AGE-SECRET" + "-KEY-1" + randomText(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    "hv" + "s." + word(95), "AK" + "Cp" + word(69),
    "cm" + "VmdGtu" + word(58), "AT" + "ATT3" + word(180) + "=" + "AB12CD34",
    "li" + "n_api_" + word(40), "nt" + "n_12345678901" + word(35),
    "NR" + "AK-" + randomText(27, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    "PM" + "AK-" + hex(24) + "-" + hex(34), "pn" + "u_" + word(36),
    "pu" + "l-" + hex(40), "ruby" + "gems_" + hex(48), "sn" + "tryu_" + hex(64),
    "pscale_" + "tkn_" + word(43), "gl" + "sa_" + word(32) + "_" + hex(8),
    "LT" + "AI" + randomText(19, small) + "7", "M" + word(23) + "." + word(6) + "." + word(38),
    "abc8Q" + "~" + word(34),
    "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0In0." + word(43),
    "b3BlbnNzaC1r" + "ZXktdjEA" + word(50), "MIIEow" + "IBAAKCAQEA" + word(48),
    "LS0tLS1CRUdJTiB" + "QUklWQVRFIEtFWS" + word(80),
    "HR" + "KU-AA" + word(58), "fo" + "1_" + word(43), "sq" + "0atp-" + word(22),
    "tf" + "p_" + word(59), "rd" + "me_" + randomText(70, small),
  ].map { Form("login with § failed", $0) }

  static let keys: [Form] = [
    Form(begin + "RSA PRIVATE KEY-----\n§\n-----END RSA PRIVATE KEY-----", body),
    Form(begin + "OPENSSH PRIVATE KEY-----\n§\n-----END OPENSSH PRIVATE KEY-----", body),
    Form(begin + "EC PRIVATE KEY-----\r\n§\r\n-----END EC PRIVATE KEY-----", body),
    Form("---- BEGIN " + "SSH2 ENCRYPTED PRIVATE KEY ----\n§\n---- END SSH2", body),
    Form("PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 1\n§\nPrivate-MAC: 12", body),
    Form(
      "[rank0]: " + begin + "PRIVATE KEY-----\n[rank0]: §\n[rank0]: -----END PRIVATE KEY-----", body
    ),
    Form(begin + "PRIVATE KEY-----\nepoch 3 done\n§\n-----END PRIVATE KEY-----", body),
    Form(
      begin
        + "PGP PRIVATE KEY BLOCK-----\n\n§\n=AbC1\n-----END PGP PRIVATE KEY BLOCK-----"
        .replacing("=AbC1", "§"), body),
  ]

  static var texts: [Form] {
    commands + files + connections + calls + headers + tokens + keys
  }

  /// Texts that look like the forms above and hold nothing secret.
  static let harmless: [String] = [
    "docker run -p 8080:80 -u 1000:1000 nginx",
    "docker run --user app:app -p 127.0.0.1:80:80/tcp x",
    "docker compose -p project up", "docker login registry.example.org",
    "docker push -q me/login:v2",
    "curl -p -u me https://x", "curl -b cookies.txt -c cookies.txt https://example.org",
    "curl -s -o out.bin https://x",
    "mysql -u root -p shop", "mysql -uroot -P 3306", "mysql -h db -p", "the mysql server -p option",
    "ssh -p 2222 me@host", "mkdir -p a1b2/c3d4", "python train.py -p 5 -u 64",
    "python -u train.py -p resnet50",
    "python train.py -p 0.5 --pw 3", "python train.py --pw 0.25 --key column",
    "train.py --key user_id_2024_v2",
    "train.py --pw none --pass 2", "train.py --auth basic", "train.py --auth oauth2 --user me",
    "train.py -p cifar10 --model vit_b_16",
    "train.py --key label --pass first", "python -m http.server -p 8080", "cp -p a1 b2",
    "tar -p -xzf x1.tar.gz",
    "wandb login", "You can find your key: wandb login --relogin",
    "wandb: Currently logged in as: me (team).",
    "wandb: Run data is saved locally in ./wandb/run-20261128_101112-abc123de",
    "vault login -method=oidc",
    "git config user.name ada", "git commit -m 'fix token handling in config'",
    "git config credential.helper store",
    "aws configure set region eu-west-1", "aws s3 cp s3://bucket/key a --profile dev",
    "npm config set registry https://r.example.org",
    "pip config set global.timeout 60", "pip install -p x",
    "poetry config virtualenvs.create false", "zip -r a.zip b", "7z a -p",
    "redis-cli ping", "openssl rsa -in key.pem -passin file:pw.txt",
    "kubectl get secret db -o yaml", "kubectl apply -f key.yaml",
    "sshpass -e ssh host", "sshpass -p $PASSWORD ssh host", "docker login -u me -p $TOKEN",
    "docker login -p ${{ secrets.X }}",
    "mysql -p\"$PW\"", "twine upload dist/*", "ngrok http 8080", "sqlplus / as sysdba",
    "conda create -n env python=3.12",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b", "HEAD is now at 3f78685 fix",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "artifact model.pkl sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "run 550e8400-e29b-41d4-a716-446655440000",
    "md5 = d41d8cd98f00b204e9800998ecf8427e", "{\"key\": \"d41d8cd98f00b204e9800998ecf8427e\"}",
    "{\"key\": \"column\", \"id\": 3}",
    "cache_key = 'train-9f86d081884c7d65'",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "tokenizer=bert-base-uncased", "max_tokens=4096", "tokenizer: AutoTokenizer", "num_tokens: 512",
    "max_new_tokens: 128", "token_type_ids: [0, 1]",
    "tokens/s: 12345.6", "cookie_cutter = True", "cookiecutter: data-science", "Cookie: True",
    "Cookie: chocolate chip", "cookie: {secure: true}",
    "Set-Cookie handling: on", "cookies accepted", "/tmp/t/data/run1", "/mnt/t/ab12cd34ef56/x",
    "https://discuss.pytorch.org/t/how-to-save-a-model/12345",
    "https://discuss.huggingface.co/t/bert-base-uncased-vs-resnet50-in-2024/678/2",
    "https://hooks.slack.com/", "https://api.slack.com/messaging/webhooks",
    "https://discord.com/channels/123456789012345678", "https://github.com/a/b/t/main/x",
    "https://t.co/t/abc",
    "PWD=/home/me", "OLDPWD=/home/me", "pwd=os.getcwd()", "cd a; pwd; ls", "cwd = pwd", "pass",
    "pass: 3", "n_pass=10", "first_pass=2", "forward_pass: 12ms",
    "num_pass = 4", "two-pass=true", "bypass=1", "compass: north", "bandpass=40", "pw=3", "pw: 0.5",
    "pos_pw = 2.0", "loss_pw=1.5",
    "password: >", "password policy: |", "| password: | required |", "secret: |", "token: >-",
    "description: >-\n  some words\n  more", "run: |\n  python train.py\n",
    "please login user password required", "enter password again", "machine learning login page",
    "machine: gpu01 login node", "default password policy",
    "  password required", "wrong password given", "localhost:5432", "postgres:5432->5432/tcp",
    "0.0.0.0:5432:5432", "12:30:45:123:456",
    "train.py:5432: error", "a:*:b", "x[:, :*:2]", "jdbc:oracle:thin:@//db:1521/x",
    "jdbc:oracle:thin:@db:1521:x", "jdbc:postgresql://db:5432/x",
    "client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM=",
    "certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM=",
    "key_data = load(path)", "train_data: /data/train", "metadata: yes", "api: v2",
    "state of the art api: fast", "login(user)", "login()", "plugin('a', 'b')",
    "logger.login('page')", "auth=(user, password)", "auth=None", "auth: basic",
    "\"auth\": \"oauth2\"", "\"auth\": \"none1234\"", "HTTPBasicAuth(user, pw)",
    "oauth('a')", "truth('a', 'b')", "margin(1, 'x')", "begin('a', 'b')", "monkey=1",
    "keyboard: us", "foreign_key: id", "primary key: id", "sort_key=date",
    "ya29 is a prefix", "hvs. and more", "sk-learn", "hf_transfer=1", "AKIA short", "xapp",
    "npm_config_cache=/tmp/x", "MIIE", "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQG\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 me@host",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7 me@host", "epoch 12/100: loss=0.1234 acc=0.91",
    "resnet50 vit_b_16 efficientnet_b7 t5-base gpt2 llama-2-7b",
    "lr=1e-3, wd=5e-4, bs=128", "Model: EfficientNetB7-24.pt", "seed=42",
    "Adam(lr=0.001, betas=(0.9, 0.999))", "GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-5d5ba0d6)",
    "CUDA_VISIBLE_DEVICES=0,1",
    "Downloading https://download.pytorch.org/models/resnet50-0676ba61.pth",
    "s3://bucket/models/2024-01-01/key/model.pt",
    "Elapsed: 00:12:34:567:890", "user: ada", "account: research", "--account research -p gpu",
    "sbatch -p gpu -A research job.sh", "srun -u -p a100 -n 4 python t.py",
    "squeue -u ada -p v100", "nohup python t.py -u", "key = jax.random.PRNGKey(0)", "key: 0",
    "keys: [a, b]", "x~Q8~y", "a ~ b", "Q~1", "2Q~", "f(x) ~ N(0, 1)",
    "AA:BB:AA:CC", "00:AA:11", "bot123:AA", "1234567890:AAshort",
    "tqdm 45%|████▌     | 450/1000 [00:45<00:55, 10.00it/s]", "MTk4.OTg2.abc",
    "M", "Mean.Std.Max", "Notice: version 1.2.3", "Oops...", "pat = re.compile('x')",
    "PATH=/usr/bin", "path: /a/b", "patience=3",
    "accelerate launch --mixed_precision fp16 train.py --key name",
    "torchrun --nproc_per_node 4 train.py -p same -u relu", "deepspeed --num_gpus 8 t.py",
    "Command '['git', 'status', '-u', 'no']' returned non-zero exit status 128.",
    "helm install -p x", "helm repo login-page", "http -a", "https -p x",
  ]

  /// Arguments of a process that hold nothing secret.
  static let harmlessArguments: [[String]] = [
    ["t.py", "-p", "8080:80"], ["t.py", "-p", "5"], ["t.py", "-p", "resnet50"],
    ["t.py", "-p", "vit_b_16"], ["t.py", "-p", "a/b1c2d3"],
    ["t.py", "--key", "column"], ["t.py", "--key", "user_id_2024_v2"], ["t.py", "--pw", "3"],
    ["t.py", "--pw", "0.25"], ["t.py", "--pw", "none"],
    ["t.py", "--pass", "2"], ["t.py", "--auth", "basic"], ["t.py", "--auth", "none"],
    ["python", "-u", "t.py", "-p", "resnet50"],
    ["t.py", "-u", "64", "-p", "same"], ["t.py", "-u", "relu", "-p", "valid"],
    ["docker", "run", "-p", "80:80", "--user", "app:app"],
    ["mysql", "-p", "shop"], ["ssh", "-p", "2222", "me@h"], ["mkdir", "-p", "a"],
    ["t.py", "-p", "lr=0.1"], ["t.py", "-p", "3f786850e387550fdab836ed7e6dc881de23001b"],
    ["t.py", "-p", "550e8400-e29b-41d4-a716-446655440000"],
    ["t.py", "--key", "name", "--pw", "1e-3"], ["t.py", "--tokenizer", "bert"],
    ["t.py", "--max-tokens", "100"],
    ["curl", "-u", "me", "x"], ["t.py", "--user", "host:8080"], ["t.py", "--user", "root:root"],
    ["sbatch", "--account", "lab", "-p", "gpu"],
    ["sbatch", "-A", "lab", "-p", "a100"], ["t.py", "--login", "page", "-p", "gpu"],
    ["t.py", "-p", "EfficientNetB7"], ["t.py", "-p", "Llama2-7b-Chat"],
  ]

  /// Arguments of a process, the secret being the part `§`.
  static let arguments: [[String]] = [
    ["train.py", "-u", "admin", "-p", "§"], ["train.py", "-p", "§"], ["train.py", "--pw", "§"],
    ["train.py", "--pw=§"], ["train.py", "--auth", "me:§"], ["train.py", "--auth=me:§"],
    ["train.py", "--key", "§"],
    ["train.py", "--pass", "§", "--lr", "1"], ["mysql", "-uroot", "-p§"],
    ["docker", "login", "-p", "§"],
    ["sshpass", "-p", "§", "ssh", "h"], ["/usr/bin/curl", "-u", "me:§", "x"], ["curl", "-ume:§"],
    ["wandb", "login", "§"], ["t.py", "--password", "§"], ["t.py", "--api-key=§"],
    ["t.py", "--creds", "me:§"],
    ["aws", "configure", "set", "aws_secret_access_key", "§"], ["redis-cli", "-a", "§"],
    ["t.py", "--db-pw", "§"],
  ]
}

extension String {
  fileprivate func replacing(_ old: String, _ new: String) -> String {
    var result = ""
    var rest = self[...]
    while let first = old.first, !rest.isEmpty {
      if rest.first == first, rest.hasPrefix(old) {
        result += new
        rest = rest.dropFirst(old.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
