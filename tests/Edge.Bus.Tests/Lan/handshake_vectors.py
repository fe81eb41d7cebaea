"""Makes tests/vectors/lan/handshake.txt from edge/Edge.Bus/Lan/NOTES.md alone, with other people's ciphers.

python3 tests/Edge.Bus.Tests/Lan/handshake_vectors.py > tests/vectors/lan/handshake.txt
"""

import hashlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

POP_KEY = bytes(range(1, 33))
KEY_ID = 1
DIALLER, ACCEPTOR = b"control-2", b"n1"
NONCE_D, NONCE_A = bytes(range(0x20, 0x40)), bytes(range(0x80, 0xA0))
PLAIN_BYTES = 160
# Of a version that says nothing of its life, and of one that does.
SIGNS = {DIALLER: (0, 0), ACCEPTOR: (0x0102030405060708, 50)}


def hkdf(salt, info, length=32):
    return HKDF(hashes.SHA256(), length, salt, info).derive(POP_KEY)


def expand(secret, info):
    return HKDFExpand(hashes.SHA256(), 32, info).derive(secret)


def name(text):
    return bytes([len(text)]) + text


def message(kind, nonce, key, sender, receiver):
    header = b"ELAN" + bytes([kind, KEY_ID]) + struct.pack(">H", PLAIN_BYTES + 16) + nonce
    plain = b"\x01\x01" + name(sender) + name(receiver) + struct.pack(">QH", *SIGNS[sender])
    plain = plain.ljust(PLAIN_BYTES, b"\0")
    return header + AESGCM(key).encrypt(bytes(12), plain, header)


def record(key, number, frames):
    length = struct.pack(">I", len(frames) + 16)
    return length + AESGCM(key).encrypt(number.to_bytes(12, "big"), frames, length)


def frame(kind, body):
    return bytes([kind]) + struct.pack(">I", len(body)) + body


def show(title, data):
    print(f"[{title}]")
    for start in range(0, len(data), 40):
        print(" ".join(data[i : i + 4].hex() for i in range(start, min(start + 40, len(data)), 4)))


hello = message(1, NONCE_D, hkdf(NONCE_D, b"edge lan hello"), DIALLER, ACCEPTOR)
both = NONCE_D + NONCE_A
answer_key = hkdf(both, b"edge lan answer" + hashlib.sha256(hello).digest())
answer = message(2, NONCE_A, answer_key, ACCEPTOR, DIALLER)
info = b"edge lan records\x01" + name(DIALLER) + name(ACCEPTOR)
secrets = hkdf(both, info + hashlib.sha256(hello + answer).digest(), 64)
dialler, acceptor = secrets[:32], secrets[32:]
message_body = struct.pack(">HH", 3, 2) + b"a.b" + b"re" + b"payload"

print("# edge/Edge.Bus/Lan/NOTES.md: a handshake, records and frames. Made by handshake_vectors.py, beside the test.")
show("pop key", POP_KEY)
show("dialler nonce", NONCE_D)
show("hello", hello)
show("acceptor nonce", NONCE_A)
show("answer", answer)
show("dialler secret", dialler)
show("acceptor secret", acceptor)
show("confirm", record(expand(dialler, b"edge lan key"), 0, b""))
show("frames", frame(1, b"a.>") + frame(4, message_body) + frame(5, bytes(8)))
show("record 1", record(expand(dialler, b"edge lan key"), 1, frame(1, b"a.>") + frame(4, message_body) + frame(5, bytes(8))))
show("record 2 under the next key", record(expand(expand(dialler, b"edge lan next"), b"edge lan key"), 2, b""))
