"""Calls the probe service with grpcio, a gRPC implementation of its own, and prints what it saw as one JSON object.

Arguments: the target, and the file of the certificate authority or "-" for a channel without TLS.
Messages are read and written here by hand, so that nothing but grpcio is needed.
"""

import json
import sys
import threading
import traceback

import grpc

SERVICE = "/warren.shims.probe.Prober/"
PATIENCE_SECONDS = 30


def varint(value):
    value &= 0xFFFFFFFFFFFFFFFF
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def ping(text="", number=0):
    """Field 1 is the text, field 2 the number; Pong is the same."""
    data = text.encode()
    message = b"\x0a" + varint(len(data)) + data if data else b""
    return message + (b"\x10" + varint(number) if number else b"")


def read_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def pong(data):
    text, number, at = "", 0, 0
    while at < len(data):
        tag, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if tag == 0x0A:
            text, at = data[at:at + value].decode(), at + value
        elif tag == 0x10:
            number = value - (1 << 64) if value >> 63 else value
        else:
            raise ValueError(f"tag {tag:#x} is not of a Pong")
    return {"text": text, "number": number}


class Client:
    def __init__(self, channel):
        self.channel = channel

    def unary(self, name):
        return self.channel.unary_unary(SERVICE + name, response_deserializer=pong)

    def check_unary(self):
        return self.unary("Echo")(ping("Grüße, 世界", -7), timeout=PATIENCE_SECONDS)

    def check_large(self):
        text = "0123456789" * 100_000
        return self.unary("Echo")(ping(text), timeout=PATIENCE_SECONDS)["text"] == text

    def check_client_streaming(self):
        method = self.channel.stream_unary(SERVICE + "Sum", response_deserializer=pong)
        return method(iter([ping(number=5), ping(number=30), ping(number=700)]), timeout=PATIENCE_SECONDS)

    def check_server_streaming(self):
        method = self.channel.unary_stream(SERVICE + "Count", response_deserializer=pong)
        return [answer["number"] for answer in method(ping(number=5), timeout=PATIENCE_SECONDS)]

    def check_duplex_streaming(self):
        method = self.channel.stream_stream(SERVICE + "Chat", response_deserializer=pong)
        answered = threading.Semaphore(1)

        def requests():
            for number in (1, 2, 3):
                # The next request goes out when the last one was answered: nothing may wait for the end of the stream.
                if not answered.acquire(timeout=PATIENCE_SECONDS):
                    raise TimeoutError("the last request was not answered")
                yield ping(number=number)

        answers = []
        for answer in method(requests(), timeout=PATIENCE_SECONDS):
            answers.append(answer["number"])
            answered.release()
        return answers

    def check_deadline(self):
        return self.error_of(lambda: self.unary("Hang")(ping("python deadline"), timeout=0.5))

    def check_cancellation(self):
        call = self.unary("Hang").future(ping(f"python cancel {sys.argv[1]}"), timeout=PATIENCE_SECONDS)
        ended = threading.Event()
        call.add_done_callback(lambda _: ended.set())
        print("cancelling", flush=True)
        sys.stdin.readline()
        call.cancel()
        ended.wait(PATIENCE_SECONDS)
        return call.code().name

    def check_metadata(self):
        sent = (("x-text", "a value, with: marks"), ("x-bytes-bin", bytes(range(256))))
        call = self.unary("Reflect").future(ping(), timeout=PATIENCE_SECONDS, metadata=sent)
        headers, trailers = dict(call.initial_metadata()), dict(call.trailing_metadata())
        return {
            "header": headers["x-text"],
            "header bytes": headers["x-bytes-bin"].hex(),
            "trailer": trailers["t-x-text"],
            "trailer bytes": trailers["t-x-bytes-bin"].hex(),
        }

    def check_status(self):
        return self.error_of(lambda: self.unary("Fail")(ping("höchstens 3 – 7 %", 9), timeout=PATIENCE_SECONDS))

    def check_missing(self):
        return self.error_of(lambda: self.unary("Missing")(ping(), timeout=PATIENCE_SECONDS))

    def check_gzip(self):
        return self.compressed_with(grpc.Compression.Gzip)

    def check_deflate(self):
        return self.compressed_with(grpc.Compression.Deflate)

    def compressed_with(self, compression):
        text = "w" * 50_000
        call = self.unary("Reflect").future(ping(text), timeout=PATIENCE_SECONDS, compression=compression)
        answer, trailers = call.result(), dict(call.trailing_metadata())
        return {
            "same": answer["text"] == text,
            "encoding": trailers["seen-encoding"],
            "body bytes": int(trailers["seen-body-bytes"]),
        }

    @staticmethod
    def error_of(call):
        try:
            return {"unexpected": call()}
        except grpc.RpcError as error:
            trailers = dict(error.trailing_metadata())
            return {
                "code": error.code().name,
                "details": error.details(),
                "reason": trailers.get("x-reason"),
                "detail bytes": trailers.get("x-detail-bin", b"").hex(),
            }


def main():
    target, authority = sys.argv[1:]
    if authority == "-":
        channel = grpc.insecure_channel(target)
    else:
        with open(authority, "rb") as file:
            channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(root_certificates=file.read()))

    results = {}
    with channel:
        client = Client(channel)
        for name in (name for name in dir(client) if name.startswith("check_")):
            try:
                results[name.removeprefix("check_")] = getattr(client, name)()
            except Exception:  # A failed check must not hide the others; the test shows the text.
                results[name.removeprefix("check_")] = {"failed": traceback.format_exc()}
    print(json.dumps(results), flush=True)


if __name__ == "__main__":
    main()
