import asyncio, json, os, sys, threading, functools, http.server, pathlib
from playwright.sync_api import sync_playwright
HERE = pathlib.Path(__file__).parent
UP = pathlib.Path(sys.argv[1])
def main():
    h = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(HERE))
    h.log_message = lambda *a: None
    class H(http.server.SimpleHTTPRequestHandler):
        def __init__(self,*a): super().__init__(*a, directory=str(HERE))
        def log_message(self,*a): pass
    srv = http.server.ThreadingHTTPServer(("127.0.0.1",0),H); threading.Thread(target=srv.serve_forever,daemon=True).start()
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for which, arg in [("Prototype",{}),("UPlot",{"exact":False}),("UPlot",{"exact":True})]:
            for c,n in [(50,1000),(1000,10000)]:
                pg = b.new_page(viewport={"width":1280,"height":800})
                pg.set_default_timeout(180000)
                pg.goto(f"http://127.0.0.1:{srv.server_port}/charts.html")
                pg.add_script_tag(path=str(UP))
                s = pg.context.new_cdp_session(pg)
                r = pg.evaluate("async ([w,a]) => { const m = await import('./charts.js'); return m['benchmark'+w](a); }", [which, {**arg,"count":c,"points":n}])
                s.send("HeapProfiler.enable"); s.send("HeapProfiler.collectGarbage")
                u = s.send("Runtime.getHeapUsage")
                r["heap"]=(u["usedSize"]+u.get("backingStorageSize",0))/1e6
                print(which,arg,c,n,{k:round(v) for k,v in r.items()}, os.getloadavg()[0], flush=True)
                pg.close()
        b.close()
main()
