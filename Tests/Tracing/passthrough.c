/*
 * A file system that shows a folder, through the kernel's FUSE, without the calls that its last
 * argument names. It speaks to /dev/fuse itself, so that it needs no library; mounting needs root.
 *
 *   cc passthrough.c -pthread -o passthrough
 *   passthrough SOURCE MOUNTPOINT "rename link"      until it is unmounted
 *
 * A word names what the file system lacks or does in its own way:
 *
 *   rename     EINVAL for renames with flags (NFS, sshfs, bindfs, 9p, exFAT)
 *   link       EPERM for links, symbolic ones too (exFAT, vfat)
 *   fsync      files and folders cannot be forced to the disk: EINVAL
 *   fsyncdir   folders cannot
 *   locks      ENOLCK for locks of files
 *   mmap       ENODEV for shared mappings
 *   fallocate  EOPNOTSUPP
 *   chmod      EPERM for changes of mode, owner and times
 *   types      folders do not say whether an entry is a file or a folder
 *   nlink      every file and every folder has one link
 *   inodes     a file has a new number when nobody has looked at it for a moment
 *   hidden     an open file that is removed stays, as `.fuse_hidden…` (sshfs, bindfs; NFS: `.nfs…`)
 *   case       names are the same whatever their case (vfat, exFAT, Windows, macOS)
 *   names      EINVAL for names that Windows does not allow
 *   coarse     times are even seconds (vfat)
 *
 * Never known, as by most: O_TMPFILE, extended attributes, copy_file_range, seeking data.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MOST = 128 << 10, BUCKETS = 4096 };

/* A file or folder that the kernel knows. */
struct node {
  struct node *next;
  dev_t device;
  ino_t inode;
  int path; /* O_PATH */
  uint64_t lookups, number;
  int opens;
  int hidden_in; /* the folder where it continues as `hidden` */
  char hidden[40];
};

struct open_file {
  struct node *node;
  int descriptor;
};

static struct node root = {.path = -1, .lookups = 1, .number = 1, .hidden_in = -1};
static struct node *nodes[BUCKETS];
static const char *words;
static int kernel;
static char request[MOST + (8 << 10)], answer[MOST + (4 << 10)];

static int lacks(const char *word) {
  const size_t length = strlen(word);
  for (const char *at = words; (at = strstr(at, word)); at += length)
    if ((at == words || at[-1] == ' ') && (at[length] == 0 || at[length] == ' ')) return 1;
  return 0;
}

static void reply(uint64_t unique, int error, const void *data, size_t size) {
  struct fuse_out_header header = {
      .len = (uint32_t)(sizeof header + (error ? 0 : size)), .error = -error, .unique = unique};
  struct iovec parts[] = {{&header, sizeof header}, {(void *)data, size}};
  while (writev(kernel, parts, error || !size ? 1 : 2) < 0 && errno == EINTR) {}
}

/* A result of a system call: 0, or its errno. */
static int code(long result) { return result < 0 ? errno : 0; }

static struct node *node_of(uint64_t id) {
  return id == FUSE_ROOT_ID ? &root : (struct node *)(uintptr_t)id;
}

static uint64_t id_of(const struct node *node) {
  return node == &root ? FUSE_ROOT_ID : (uint64_t)(uintptr_t)node;
}

static char *path_of(const struct node *node, char *path) {
  sprintf(path, "/proc/self/fd/%d", node->path);
  return path;
}

/* The name as it is in the folder, where case does not matter. */
static const char *in_folder(const struct node *folder, const char *name) {
  static char found[2][NAME_MAX + 1];
  static int turn;
  struct stat there;
  if (!lacks("case") || !fstatat(folder->path, name, &there, AT_SYMLINK_NOFOLLOW)) return name;
  int descriptor = openat(folder->path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *list = descriptor < 0 ? NULL : fdopendir(descriptor);
  if (!list) return name;
  for (struct dirent *entry; (entry = readdir(list));)
    if (!strcasecmp(entry->d_name, name)) {
      turn = !turn;
      name = strcpy(found[turn], entry->d_name);
      break;
    }
  closedir(list);
  return name;
}

static int is_allowed(const char *name) {
  const size_t length = strlen(name);
  return !lacks("names") || (!strpbrk(name, "\"*:<>?|\\") && length && name[length - 1] != ' ' &&
                             name[length - 1] != '.');
}

static void fill(const struct node *node, const struct stat *status, struct fuse_attr *attributes) {
  const int coarse = lacks("coarse");
  *attributes = (struct fuse_attr){
      .ino = lacks("inodes") ? node->number : status->st_ino,
      .size = (uint64_t)status->st_size,
      .blocks = (uint64_t)status->st_blocks,
      .atime = (uint64_t)status->st_atim.tv_sec & ~(uint64_t)coarse,
      .mtime = (uint64_t)status->st_mtim.tv_sec & ~(uint64_t)coarse,
      .ctime = (uint64_t)status->st_ctim.tv_sec & ~(uint64_t)coarse,
      .atimensec = coarse ? 0 : (uint32_t)status->st_atim.tv_nsec,
      .mtimensec = coarse ? 0 : (uint32_t)status->st_mtim.tv_nsec,
      .ctimensec = coarse ? 0 : (uint32_t)status->st_ctim.tv_nsec,
      .mode = status->st_mode,
      .nlink = lacks("nlink") ? 1 : (uint32_t)status->st_nlink,
      .uid = status->st_uid,
      .gid = status->st_gid,
      .blksize = (uint32_t)status->st_blksize,
  };
}

/* Makes the kernel know what has a name. */
static int look_up(const struct node *folder, const char *name, struct fuse_entry_out *entry) {
  static uint64_t numbers = 1000;
  const int path = openat(folder->path, in_folder(folder, name), O_PATH | O_NOFOLLOW | O_CLOEXEC);
  struct stat status;
  if (path < 0) return errno;
  if (fstat(path, &status) < 0) {
    const int error = errno;
    close(path);
    return error;
  }
  struct node **bucket = &nodes[status.st_ino % BUCKETS], *node = *bucket;
  while (node && (node->inode != status.st_ino || node->device != status.st_dev)) node = node->next;
  if (node) {
    close(path);
  } else {
    if (!(node = calloc(1, sizeof *node))) exit(1);
    *node = (struct node){.next = *bucket, .device = status.st_dev, .inode = status.st_ino,
                          .path = path, .number = ++numbers, .hidden_in = -1};
    *bucket = node;
  }
  node->lookups++;
  *entry = (struct fuse_entry_out){.nodeid = id_of(node), .generation = node->number};
  fill(node, &status, &entry->attr);
  return 0;
}

static void forget(uint64_t id, uint64_t count) {
  struct node *node = node_of(id);
  if (node == &root || (node->lookups -= count)) return;
  struct node **at = &nodes[node->inode % BUCKETS];
  while (*at != node) at = &(*at)->next;
  *at = node->next;
  close(node->path);
  free(node);
}

static int attributes(const struct node *node, struct fuse_attr_out *out) {
  struct stat status;
  if (fstat(node->path, &status) < 0) return errno;
  *out = (struct fuse_attr_out){0};
  fill(node, &status, &out->attr);
  return 0;
}

static int change(const struct node *node, const struct fuse_setattr_in *in) {
  char path[40];
  path_of(node, path);
  const uint32_t owner = FATTR_UID | FATTR_GID;
  if (lacks("chmod") && in->valid & (FATTR_MODE | owner | FATTR_MTIME)) return EPERM;
  if (in->valid & FATTR_MODE && chmod(path, in->mode) < 0) return errno;
  if (in->valid & owner && fchownat(node->path, "", in->valid & FATTR_UID ? in->uid : (uid_t)-1,
                                    in->valid & FATTR_GID ? in->gid : (gid_t)-1, AT_EMPTY_PATH) < 0)
    return errno;
  if (in->valid & FATTR_SIZE && truncate(path, (off_t)in->size) < 0) return errno;
  if (in->valid & (FATTR_ATIME | FATTR_MTIME)) {
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};
    if (in->valid & FATTR_ATIME_NOW) times[0].tv_nsec = UTIME_NOW;
    else if (in->valid & FATTR_ATIME) times[0] = (struct timespec){(time_t)in->atime, in->atimensec};
    if (in->valid & FATTR_MTIME_NOW) times[1].tv_nsec = UTIME_NOW;
    else if (in->valid & FATTR_MTIME) times[1] = (struct timespec){(time_t)in->mtime, in->mtimensec};
    if (utimensat(AT_FDCWD, path, times, 0) < 0) return errno;
  }
  return 0;
}

static uint64_t begin(struct node *node, int descriptor) {
  struct open_file *file = malloc(sizeof *file);
  if (!file) exit(1);
  *file = (struct open_file){node, descriptor};
  node->opens++;
  return (uint64_t)(uintptr_t)file;
}

static struct fuse_open_out opened(struct node *node, int descriptor, int is_folder) {
  return (struct fuse_open_out){.fh = begin(node, descriptor),
                                .open_flags = lacks("mmap") && !is_folder ? FOPEN_DIRECT_IO : 0};
}

static int open_node(struct node *node, int flags) {
  char path[40];
  return open(path_of(node, path), (flags & ~(O_NOFOLLOW | O_CREAT | O_EXCL | O_APPEND)) | O_CLOEXEC);
}

static void release(struct open_file *file) {
  struct node *node = file->node;
  close(file->descriptor);
  free(file);
  if (--node->opens == 0 && node->hidden_in >= 0) {
    unlinkat(node->hidden_in, node->hidden, 0);
    close(node->hidden_in);
    node->hidden_in = -1;
  }
}

/* Keeps an open file that is about to lose its name. */
static int hide(const struct node *folder, const char *name) {
  static unsigned number;
  struct stat status;
  if (!lacks("hidden") || fstatat(folder->path, name, &status, AT_SYMLINK_NOFOLLOW) < 0) return 0;
  struct node *node = nodes[status.st_ino % BUCKETS];
  while (node && (node->inode != status.st_ino || node->device != status.st_dev)) node = node->next;
  if (!node || !node->opens || node->hidden_in >= 0 || S_ISDIR(status.st_mode)) return 0;
  sprintf(node->hidden, ".fuse_hidden%08x", ++number);
  if (renameat(folder->path, name, folder->path, node->hidden) < 0) return 0;
  node->hidden_in = fcntl(folder->path, F_DUPFD_CLOEXEC, 0);
  return 1;
}

static int move(const struct node *from, const char *name, const struct node *to, const char *target,
                unsigned flags) {
  if (flags && lacks("rename")) return EINVAL;
  if (!is_allowed(target)) return EINVAL;
  name = in_folder(from, name);
  const char *there = in_folder(to, target);
  struct stat one, other;
  const int is_same = !fstatat(from->path, name, &one, AT_SYMLINK_NOFOLLOW) &&
                      !fstatat(to->path, there, &other, AT_SYMLINK_NOFOLLOW) &&
                      one.st_ino == other.st_ino;
  if (!is_same) target = there;
  if (!flags && !is_same) hide(to, target);
  return code(renameat2(from->path, name, to->path, target, flags));
}

static size_t list(struct open_file *file, const struct fuse_read_in *in) {
  static char raw[1 << 15];
  size_t used = 0;
  if (lseek(file->descriptor, (off_t)in->offset, SEEK_SET) < 0) return 0;
  for (;;) {
    const long filled = syscall(SYS_getdents64, file->descriptor, raw, sizeof raw);
    if (filled <= 0) return used;
    for (long place = 0; place < filled;) {
      const struct dirent64 *entry = (const struct dirent64 *)(raw + place);
      const size_t length = strlen(entry->d_name);
      const size_t size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + length);
      if (used + size > in->size || used + size > MOST) return used;
      struct fuse_dirent *out = (struct fuse_dirent *)(answer + used);
      *out = (struct fuse_dirent){.ino = entry->d_ino, .off = (uint64_t)entry->d_off,
                                  .namelen = (uint32_t)length,
                                  .type = lacks("types") ? DT_UNKNOWN : entry->d_type};
      memset(out->name, 0, size - FUSE_NAME_OFFSET);
      memcpy(out->name, entry->d_name, length);
      used += size;
      place += entry->d_reclen;
    }
  }
}

struct waiting {
  uint64_t unique;
  int descriptor, is_flock;
  struct flock lock;
};

static void *wait_for_lock(void *argument) {
  struct waiting *one = argument;
  const int error = code(one->is_flock ? flock(one->descriptor, one->lock.l_type == F_RDLCK ? LOCK_SH : LOCK_EX)
                                       : fcntl(one->descriptor, F_OFD_SETLKW, &one->lock));
  reply(one->unique, error, NULL, 0);
  close(one->descriptor);
  free(one);
  return NULL;
}

static void lock(const struct fuse_in_header *header, const struct fuse_lk_in *in) {
  const int descriptor = ((struct open_file *)(uintptr_t)in->fh)->descriptor;
  const int is_flock = (in->lk_flags & FUSE_LK_FLOCK) != 0;
  struct flock lock = {
      .l_type = (short)in->lk.type, .l_whence = SEEK_SET, .l_start = (off_t)in->lk.start,
      .l_len = in->lk.end == INT64_MAX ? 0 : (off_t)(in->lk.end - in->lk.start + 1)};
  if (lacks("locks")) {
    reply(header->unique, ENOLCK, NULL, 0);
  } else if (header->opcode == FUSE_GETLK) {
    const int error = code(fcntl(descriptor, F_OFD_GETLK, &lock));
    const struct fuse_lk_out out = {
        .lk = {.start = (uint64_t)lock.l_start, .type = (uint32_t)lock.l_type,
               .end = lock.l_len ? (uint64_t)(lock.l_start + lock.l_len - 1) : INT64_MAX}};
    reply(header->unique, error, &out, sizeof out);
  } else if (header->opcode == FUSE_SETLKW && lock.l_type != F_UNLCK) {
    struct waiting *one = malloc(sizeof *one);
    pthread_t thread;
    if (!one) exit(1);
    *one = (struct waiting){header->unique, fcntl(descriptor, F_DUPFD_CLOEXEC, 0), is_flock, lock};
    if (pthread_create(&thread, NULL, wait_for_lock, one)) exit(1);
    pthread_detach(thread);
  } else if (is_flock) {
    const int how = lock.l_type == F_UNLCK ? LOCK_UN : lock.l_type == F_RDLCK ? LOCK_SH : LOCK_EX;
    reply(header->unique, code(flock(descriptor, how | LOCK_NB)), NULL, 0);
  } else {
    reply(header->unique, code(fcntl(descriptor, F_OFD_SETLK, &lock)), NULL, 0);
  }
}

static void create(const struct fuse_in_header *header, const struct fuse_create_in *in) {
  struct node *folder = node_of(header->nodeid);
  const char *given = (const char *)(in + 1), *name = in_folder(folder, given);
  struct {
    struct fuse_entry_out entry;
    struct fuse_open_out open;
  } out;
  int error = is_allowed(given) ? 0 : EINVAL;
  int descriptor = -1;
  if (!error) {
    descriptor = openat(folder->path, name, (int)(in->flags & ~(unsigned)O_APPEND) | O_CREAT | O_CLOEXEC,
                        in->mode);
    error = code(descriptor);
  }
  if (!error) error = look_up(folder, name, &out.entry);
  if (error) {
    if (descriptor >= 0) close(descriptor);
    reply(header->unique, error, NULL, 0);
    return;
  }
  out.open = opened(node_of(out.entry.nodeid), descriptor, 0);
  reply(header->unique, 0, &out, sizeof out);
}

static void start(const struct fuse_in_header *header, const struct fuse_init_in *in) {
  struct fuse_init_out out = {
      .major = FUSE_KERNEL_VERSION, .minor = 31, .max_readahead = in->max_readahead,
      .flags = in->flags & (FUSE_ASYNC_READ | FUSE_POSIX_LOCKS | FUSE_FLOCK_LOCKS | FUSE_BIG_WRITES |
                            FUSE_ATOMIC_O_TRUNC),
      .max_background = 12, .congestion_threshold = 9, .max_write = MOST,
      .time_gran = lacks("coarse") ? 1000000000 : 1};
  reply(header->unique, 0, &out, sizeof out);
}

/* Answers one request. */
static void serve(const struct fuse_in_header *header, const void *in) {
  struct node *node = node_of(header->nodeid);
  struct fuse_entry_out entry;
  struct fuse_attr_out attr;
  char path[40];
  int error = 0;
#define FILE_OF(kind) ((struct open_file *)(uintptr_t)((const struct kind *)in)->fh)
  switch (header->opcode) {
  case FUSE_INIT: start(header, in); return;
  case FUSE_DESTROY: break;
  case FUSE_INTERRUPT: return;
  case FUSE_FORGET: forget(header->nodeid, ((const struct fuse_forget_in *)in)->nlookup); return;
  case FUSE_BATCH_FORGET: {
    const struct fuse_batch_forget_in *batch = in;
    const struct fuse_forget_one *one = (const struct fuse_forget_one *)(batch + 1);
    for (uint32_t place = 0; place < batch->count; place++) forget(one[place].nodeid, one[place].nlookup);
    return;
  }
  case FUSE_LOOKUP:
    error = look_up(node, in, &entry);
    reply(header->unique, error, &entry, sizeof entry);
    return;
  case FUSE_GETATTR:
  case FUSE_SETATTR:
    if (header->opcode == FUSE_SETATTR) error = change(node, in);
    if (!error) error = attributes(node, &attr);
    reply(header->unique, error, &attr, sizeof attr);
    return;
  case FUSE_READLINK: {
    const ssize_t length = readlinkat(node->path, "", answer, MOST);
    reply(header->unique, code(length), answer, length < 0 ? 0 : (size_t)length);
    return;
  }
  case FUSE_MKDIR:
  case FUSE_SYMLINK:
  case FUSE_LINK: {
    const char *given = in, *target = NULL;
    if (header->opcode == FUSE_MKDIR) given = (const char *)((const struct fuse_mkdir_in *)in + 1);
    if (header->opcode == FUSE_LINK) given = (const char *)((const struct fuse_link_in *)in + 1);
    if (header->opcode == FUSE_SYMLINK) target = given + strlen(given) + 1;
    const char *name = in_folder(node, given);
    if (!is_allowed(given)) {
      error = EINVAL;
    } else if (header->opcode == FUSE_MKDIR) {
      error = code(mkdirat(node->path, name, ((const struct fuse_mkdir_in *)in)->mode));
    } else if (lacks("link")) {
      error = EPERM;
    } else if (target) {
      error = code(symlinkat(target, node->path, name));
    } else {
      path_of(node_of(((const struct fuse_link_in *)in)->oldnodeid), path);
      error = code(linkat(AT_FDCWD, path, node->path, name, AT_SYMLINK_FOLLOW));
    }
    if (!error) error = look_up(node, name, &entry);
    reply(header->unique, error, &entry, sizeof entry);
    return;
  }
  case FUSE_UNLINK:
  case FUSE_RMDIR: {
    const char *name = in_folder(node, in);
    if (header->opcode == FUSE_RMDIR || !hide(node, name))
      error = code(unlinkat(node->path, name, header->opcode == FUSE_RMDIR ? AT_REMOVEDIR : 0));
    break;
  }
  case FUSE_RENAME: {
    const struct fuse_rename_in *how = in;
    const char *name = (const char *)(how + 1);
    error = move(node, name, node_of(how->newdir), name + strlen(name) + 1, 0);
    break;
  }
  case FUSE_RENAME2: {
    const struct fuse_rename2_in *how = in;
    const char *name = (const char *)(how + 1);
    error = move(node, name, node_of(how->newdir), name + strlen(name) + 1, how->flags);
    break;
  }
  case FUSE_OPEN:
  case FUSE_OPENDIR: {
    const int is_folder = header->opcode == FUSE_OPENDIR;
    const int flags = is_folder ? O_RDONLY | O_DIRECTORY : (int)((const struct fuse_open_in *)in)->flags;
    const int descriptor = open_node(node, flags);
    if (descriptor < 0) {
      error = errno;
      break;
    }
    const struct fuse_open_out out = opened(node, descriptor, is_folder);
    reply(header->unique, 0, &out, sizeof out);
    return;
  }
  case FUSE_CREATE: create(header, in); return;
  case FUSE_RELEASE:
  case FUSE_RELEASEDIR: release(FILE_OF(fuse_release_in)); break;
  case FUSE_READ: {
    const struct fuse_read_in *how = in;
    const size_t size = how->size < MOST ? how->size : MOST;
    const ssize_t count = pread(FILE_OF(fuse_read_in)->descriptor, answer, size, (off_t)how->offset);
    reply(header->unique, code(count), answer, count < 0 ? 0 : (size_t)count);
    return;
  }
  case FUSE_WRITE: {
    const struct fuse_write_in *how = in;
    const ssize_t count =
        pwrite(FILE_OF(fuse_write_in)->descriptor, how + 1, how->size, (off_t)how->offset);
    const struct fuse_write_out out = {.size = count < 0 ? 0 : (uint32_t)count};
    reply(header->unique, code(count), &out, sizeof out);
    return;
  }
  case FUSE_READDIR: {
    const size_t size = list(FILE_OF(fuse_read_in), in);
    reply(header->unique, 0, answer, size);
    return;
  }
  case FUSE_FSYNC:
    error = lacks("fsync") ? EINVAL : code(fsync(FILE_OF(fuse_fsync_in)->descriptor));
    break;
  case FUSE_FSYNCDIR:
    error = lacks("fsync") || lacks("fsyncdir") ? EINVAL : code(fsync(FILE_OF(fuse_fsync_in)->descriptor));
    break;
  case FUSE_FALLOCATE: {
    const struct fuse_fallocate_in *how = in;
    error = lacks("fallocate") ? EOPNOTSUPP
                               : code(fallocate(FILE_OF(fuse_fallocate_in)->descriptor, (int)how->mode,
                                                (off_t)how->offset, (off_t)how->length));
    break;
  }
  case FUSE_STATFS: {
    struct statfs status;
    error = code(fstatfs(node->path, &status));
    const struct fuse_statfs_out out = {
        .st = {.blocks = status.f_blocks, .bfree = status.f_bfree, .bavail = status.f_bavail,
               .files = status.f_files, .ffree = status.f_ffree, .bsize = (uint32_t)status.f_bsize,
               .namelen = NAME_MAX, .frsize = (uint32_t)status.f_bsize}};
    reply(header->unique, error, &out, sizeof out);
    return;
  }
  case FUSE_GETLK:
  case FUSE_SETLK:
  case FUSE_SETLKW: lock(header, in); return;
  default: error = ENOSYS;
  }
  reply(header->unique, error, NULL, 0);
}

int main(int count, char **arguments) {
  if (count != 4) {
    fprintf(stderr, "usage: %s SOURCE MOUNTPOINT WORDS\n", arguments[0]);
    return 2;
  }
  words = arguments[3];
  const struct rlimit most = {1 << 16, 1 << 16};
  setrlimit(RLIMIT_NOFILE, &most);
  root.path = open(arguments[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  kernel = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (root.path < 0 || kernel < 0) {
    perror(root.path < 0 ? arguments[1] : "/dev/fuse");
    return 1;
  }
  char options[160];
  snprintf(options, sizeof options,
           "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions", kernel);
  if (mount("passthrough", arguments[2], "fuse.passthrough", MS_NOSUID | MS_NODEV, options) < 0) {
    perror("mount");
    return 1;
  }
  umask(0);
  puts("mounted");
  fflush(stdout);
  for (;;) {
    const ssize_t size = read(kernel, request, sizeof request);
    if (size >= (ssize_t)sizeof(struct fuse_in_header)) {
      const struct fuse_in_header *header = (const struct fuse_in_header *)request;
      serve(header, header + 1);
    } else if (errno != EINTR && errno != EAGAIN && errno != ENOENT) {
      return errno == ENODEV ? 0 : 1;
    }
  }
}
