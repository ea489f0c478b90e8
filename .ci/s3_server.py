"""An S3 server on a free loopback port, with the bucket `sluice-test`; writes its address to the file named and serves until killed.

It keeps everything in memory and checks no signatures.
"""

import os
import signal
import sys
import urllib.request

from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
request = urllib.request.Request(f"{endpoint}/sluice-test", method="PUT", headers={"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"})
urllib.request.urlopen(request, timeout=10).close()

# Whole or not at all: the script that waits reads it as soon as it is there.
address = sys.argv[1]
with open(address + ".new", "w") as file:
    file.write(endpoint)
os.replace(address + ".new", address)
signal.pause()
