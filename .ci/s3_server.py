"""An S3 server on a free loopback port with the bucket `sluice-test`. Tells its address on stdout and serves until killed.

It keeps everything in memory and checks no signatures.
"""

import signal
import urllib.request

from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
# moto knows by this header alone that S3 is meant.
credential = "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request"
request = urllib.request.Request(f"{endpoint}/sluice-test", method="PUT", headers={"Authorization": credential})
urllib.request.urlopen(request, timeout=10).close()
print(endpoint, flush=True)
signal.pause()
