"""An S3 server on a free loopback port with the bucket `sluice-test`. Tells its address on stdout and serves until killed.

It keeps everything in memory and checks no signatures. Requests are answered one at a time: moto looks whether an object exists and
writes it in two steps, between which another thread of a busy machine was seen to come.
"""

import threading
import urllib.request

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

moto = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


def one_at_a_time(environ, start_response):
    with turn:
        return list(moto(environ, start_response))


server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.port}"
# moto knows by this header alone that S3 is meant.
credential = "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request"
request = urllib.request.Request(f"{endpoint}/sluice-test", method="PUT", headers={"Authorization": credential})
urllib.request.urlopen(request, timeout=10).close()
print(endpoint, flush=True)
threading.Event().wait()
