"""A mail server for the demo: SMTP with STARTTLS on a free loopback port.

usage: server.py FOLDER

FOLDER holds server.pem, the certificate with its key.  The port is written
to FOLDER/port once the server listens, a message to FOLDER/message before
it is acknowledged.
"""

import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP


def write(path, data):
    """Let a file appear with all of its content."""
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.rename(path + ".new", path)


class Mailbox:
    """Keeps the message that came last."""

    def __init__(self, folder):
        self.folder = folder

    async def handle_DATA(self, server, session, envelope):
        write(os.path.join(self.folder, "message"), envelope.content)
        return "250 2.0.0 Message accepted"


async def main(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "server.pem"))

    def connection():
        return SMTP(Mailbox(folder), hostname="localhost", ident="demo",
                    tls_context=context, require_starttls=True)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    write(os.path.join(folder, "port"), b"%d\n" % port)
    async with server:
        await server.serve_forever()


asyncio.run(main(sys.argv[1]))
