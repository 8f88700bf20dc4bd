using Grpc.Core;

namespace Warren.Shims.Tests.Core;

public sealed class CallTypesTests
{
    [Fact]
    public void StatusCode_Numbers_AreThoseOfTheProtocol() =>
        Enum.GetValues<StatusCode>().Select(code => $"{(int)code} {code}").ShouldBe(
        [
            "0 OK", "1 Cancelled", "2 Unknown", "3 InvalidArgument", "4 DeadlineExceeded", "5 NotFound", "6 AlreadyExists",
            "7 PermissionDenied", "8 ResourceExhausted", "9 FailedPrecondition", "10 Aborted", "11 OutOfRange", "12 Unimplemented",
            "13 Internal", "14 Unavailable", "15 DataLoss", "16 Unauthenticated",
        ]);

    [Fact]
    public void Status_WithCause_NamesItInTheTextOnly()
    {
        var cause = new IOException("the cable is out");
        var exception = new RpcException(new Status(StatusCode.Unavailable, "gone", cause));

        exception.Message.ShouldBe(
            "Status(StatusCode=\"Unavailable\", Detail=\"gone\", DebugException=\"System.IO.IOException: the cable is out\")");
        exception.InnerException.ShouldBeSameAs(cause);
        exception.Trailers.ShouldBeEmpty();
        new RpcException(Status.DefaultCancelled, "own words").Message.ShouldBe("own words");
    }

    [Fact]
    public void CallOptions_EachWith_ChangesOneThingInACopy()
    {
        var headers = new Metadata();
        var deadline = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        using var cancellation = new CancellationTokenSource();
        var writeOptions = new WriteOptions(WriteFlags.BufferHint);
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var original = new CallOptions();

        var changed = original.WithHeaders(headers).WithDeadline(deadline).WithCancellationToken(cancellation.Token)
            .WithWriteOptions(writeOptions).WithCredentials(credentials).WithWaitForReady();

        changed.Headers.ShouldBeSameAs(headers);
        changed.Deadline.ShouldBe(deadline);
        changed.CancellationToken.ShouldBe(cancellation.Token);
        changed.WriteOptions.ShouldBeSameAs(writeOptions);
        changed.Credentials.ShouldBeSameAs(credentials);
        changed.IsWaitForReady.ShouldBeTrue();
        original.ShouldBe(new CallOptions());
        changed.WithWaitForReady(false).IsWaitForReady.ShouldBeFalse();
    }

    [Fact]
    public void Credentials_InsecureChannel_TakesNoCallCredentials()
    {
        var token = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        Should.Throw<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, token));
        Should.Throw<ArgumentException>(
            () => ChannelCredentials.Create(ChannelCredentials.Create(ChannelCredentials.SecureSsl, token), token));
        Should.Throw<ArgumentException>(() => CallCredentials.Compose(token));
    }

    [Fact]
    public async Task Call_MadeByATest_GivesBackWhatItWasMadeOf()
    {
        var disposed = 0;
        var headers = new Metadata();
        var trailers = new Metadata();
        var call = new AsyncUnaryCall<string>(
            Task.FromResult("response"), Task.FromResult(headers), () => Status.DefaultCancelled, () => trailers, () => disposed++);

        (await call.ConfigureAwait(true)).ShouldBe("response");
        (await call.ResponseHeadersAsync).ShouldBeSameAs(headers);
        call.GetStatus().ShouldBe(Status.DefaultCancelled);
        call.GetTrailers().ShouldBeSameAs(trailers);
        call.Dispose();
        disposed.ShouldBe(1);
    }

    [Fact]
    public async Task StreamWriter_WithoutCancellableWrite_RefusesATokenItCannotHeed()
    {
        IAsyncStreamWriter<string> writer = new PlainWriter();
        using var cancellation = new CancellationTokenSource();

        await writer.WriteAsync("kept", CancellationToken.None);
        await Should.ThrowAsync<NotSupportedException>(async () => await writer.WriteAsync("refused", cancellation.Token));

        ((PlainWriter)writer).Written.ShouldBe(["kept"]);
    }

    [Fact]
    public void AuthContext_WithoutIdentity_IsNotAuthenticated()
    {
        var properties = new Dictionary<string, List<AuthProperty>> { ["name"] = [AuthProperty.Create("name", "node-ü"u8.ToArray())] };

        var stranger = new AuthContext(null, properties);
        var known = new AuthContext("name", properties);

        stranger.IsPeerAuthenticated.ShouldBeFalse();
        stranger.PeerIdentity.ShouldBeEmpty();
        stranger.Properties.ShouldHaveSingleItem().Value.ShouldBe("node-ü");
        known.IsPeerAuthenticated.ShouldBeTrue();
        known.PeerIdentity.ShouldHaveSingleItem().ValueBytes.ShouldBe("node-ü"u8.ToArray());
        known.FindPropertiesByName("other").ShouldBeEmpty();
    }

    private sealed class PlainWriter : IAsyncStreamWriter<string>
    {
        public List<string> Written { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message)
        {
            Written.Add(message);
            return Task.CompletedTask;
        }
    }
}
