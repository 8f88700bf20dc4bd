using System.Net.Sockets;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1.Rpc;
using Status = Grpc.Core.Status;

namespace Warren.Cli.Tests;

public sealed class CallErrorsTests
{
    private const string Where = "10.0.0.1:2377";

    public static TheoryData<Exception, string> Failures => new()
    {
        { new IOException("broken", new SocketException((int)SocketError.ConnectionRefused)), "Connection refused" },

        // As a manager does that takes no certificate of the caller: it is revoked, or of another cluster.
        { new HttpRequestException("broken", new ObjectDisposedException("System.Net.Security.SslStream")), "it has ended the connection" },
        { new HttpRequestException("broken"), "broken" },
    };

    [Theory]
    [InlineData("NOT_FOUND", "the list command of its kind shows what there is")]
    [InlineData("NO_AUTHORITY", "a cluster has them whose first manager was started without --certificate, as 'warren cluster init' does")]
    public void Of_NotFound_PointsToAListWhereThereIsOne(string reason, string hint)
    {
        var details = new V1.Rpc.Status { Code = (int)StatusCode.NotFound, Details = { Any.Pack(new ErrorInfo { Reason = reason, Domain = "warren" }) } };
        var told = CallErrors.Of(new RpcException(new Status(StatusCode.NotFound, "it is not there"), new Metadata { { "grpc-status-details-bin", details.ToByteArray() } }), Where);
        (told.ExitCode, told.Message, told.Hint).ShouldBe((ExitCodes.NotFound, "it is not there", hint));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Of_NoAnswer_SaysWhyAndWhatToCheck(Exception cause, string why)
    {
        var told = CallErrors.Of(new RpcException(new(StatusCode.Unavailable, "", cause)), Where);
        (told.ExitCode, told.Message).ShouldBe((ExitCodes.Unreachable, $"the manager at {Where} cannot be reached: {why}"));
        told.Hint.ShouldBe("check --host, the network, and that the certificate is of the cluster's authority, in its time and not revoked");
    }
}
