"""Calls a manager's API with grpcio; what it saw goes to standard output as JSON.

api_client.py TARGET AUTHORITY CERTIFICATE KEY SERVICE [TOKEN]
CERTIFICATE and KEY may be "-", with a token in their place. What there is to call it learns by server reflection, of whose messages it knows the
fields that it needs: https://github.com/grpc/grpc/blob/master/src/proto/grpc/reflection/v1/reflection.proto
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

target, authority, certificate, key, service = sys.argv[1:6]
metadata = [("authorization", "Bearer " + sys.argv[6])] if len(sys.argv) > 6 else []

pool = descriptor_pool.DescriptorPool()
messages = message_factory.MessageFactory(pool)


def message(name):
    return messages.GetPrototype(pool.FindMessageTypeByName("warren.v1." + name))


def read(path):
    if path == "-":
        return None
    with open(path, "rb") as file:
        return file.read()


channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(read(authority), read(key), read(certificate)))


def reflect(version):
    """Names all services, and adds their files to the pool; those that files import come with them."""
    package = "grpc.reflection." + version
    fields = descriptor_pb2.FieldDescriptorProto
    about = descriptor_pb2.FileDescriptorProto(name=version + ".proto", package=package, syntax="proto3")

    def declare(name, *rows):
        one = about.message_type.add(name=name)
        for field, number, kind, label in rows:
            of = {"type": kind} if isinstance(kind, int) else {"type": fields.TYPE_MESSAGE, "type_name": "." + package + "." + kind}
            one.field.add(name=field, number=number, label=label, **of)

    single, many = fields.LABEL_OPTIONAL, fields.LABEL_REPEATED
    declare("ServerReflectionRequest", ("file_containing_symbol", 4, fields.TYPE_STRING, single), ("list_services", 7, fields.TYPE_STRING, single))
    declare("FileDescriptorResponse", ("file_descriptor_proto", 1, fields.TYPE_BYTES, many))
    declare("ServiceResponse", ("name", 1, fields.TYPE_STRING, single))
    declare("ListServiceResponse", ("service", 1, "ServiceResponse", many))
    declare("ServerReflectionResponse", ("file_descriptor_response", 4, "FileDescriptorResponse", single), ("list_services_response", 6, "ListServiceResponse", single))
    own = descriptor_pool.DescriptorPool()
    own.Add(about)
    made = message_factory.MessageFactory(own)
    request, response = (made.GetPrototype(own.FindMessageTypeByName(package + ".ServerReflection" + one)) for one in ("Request", "Response"))
    ask = channel.stream_stream(
        "/" + package + ".ServerReflection/ServerReflectionInfo", request_serializer=lambda m: m.SerializeToString(), response_deserializer=response.FromString)
    names = [one.name for one in next(ask(iter([request(list_services="*")]), metadata=metadata, timeout=30)).list_services_response.service]
    wanted = [request(file_containing_symbol=name) for name in names if name.startswith("warren.v1.")]
    files = {}
    for answer in ask(iter(wanted), metadata=metadata, timeout=30):
        for raw in answer.file_descriptor_response.file_descriptor_proto:
            one = descriptor_pb2.FileDescriptorProto.FromString(raw)
            files[one.name] = one
    return names, files


def add(files, name):
    one = files.pop(name, None)
    if one is None:
        return
    for needed in one.dependency:
        add(files, needed)
    pool.Add(one)


def call(method, request, response, **fields):
    stub = channel.unary_unary(
        "/warren.v1." + method, request_serializer=lambda m: m.SerializeToString(), response_deserializer=message(response).FromString)
    return stub(message(request)(**fields), metadata=metadata, timeout=30)


seen = {}
try:
    seen["reflected"] = reflect("v1alpha")[0]
    names, files = reflect("v1")
    seen["same"] = names == seen["reflected"]
    for name in list(files):
        add(files, name)
    made = call("ServiceApi/Create", "CreateServiceRequest", "Service", spec={"name": service, "replicas": 1, "container": {"image": "app:1"}})
    seen["version"] = made.revision.version
    events = channel.unary_stream(
        "/warren.v1.EventApi/Read", request_serializer=lambda m: m.SerializeToString(), response_deserializer=message("Event").FromString)
    # What happens is in the log a moment after the answer to who brought it about.
    following = events(message("ReadEventsRequest")(cursor=0, follow=True, service=service), metadata=metadata, timeout=60)
    seen["subjects"] = [next(following).subject]
    following.cancel()
    seen["listed"] = [one.revision.spec.name for one in call("ServiceApi/List", "ListServicesRequest", "ListServicesResponse").services]
    try:
        call("ServiceApi/Create", "CreateServiceRequest", "Service", spec={"name": service.upper()})
    except grpc.RpcError as refusal:
        seen["refusal"] = refusal.code().name
        seen["details"] = "grpc-status-details-bin" in dict(refusal.trailing_metadata())
    call("ServiceApi/Delete", "DeleteServiceRequest", "DeleteServiceResponse", name=service)
except grpc.RpcError as failure:
    seen["failure"] = failure.code().name
    seen["message"] = failure.details()
print(json.dumps(seen))
