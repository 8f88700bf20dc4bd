using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Orleans.CodeGeneration;
using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Metadata;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded.Tests.Serialization;

public sealed class RequestTests
{
    [Fact]
    public void Arguments_ThroughBytes_ReachTheMethod()
    {
        var sent = Requests.Create<ISampleGrain>(nameof(ISampleGrain.FindAsync));
        sent.SetArgument(0, "name");
        sent.SetArgument(1, new List<int> { 1, 2 });
        var received = Requests.Create<ISampleGrain>(nameof(ISampleGrain.FindAsync));

        Requests.Transfer(sent, received);

        received.GetArgumentCount().ShouldBe(2);
        received.GetArgument(0).ShouldBe("name");
        received.GetArgument(1).ShouldBe(new List<int> { 1, 2 });
        Should.Throw<ArgumentOutOfRangeException>(() => received.GetArgument(2));
        Should.Throw<ArgumentOutOfRangeException>(() => received.SetArgument(2, 1));
    }

    [Fact]
    public async Task Invoke_CallsTheMethodWithArgumentsAndToken()
    {
        using var cancellation = new CancellationTokenSource();
        var grain = new Grain();
        var request = (Request<Shape>)Requests.Create<ISampleGrain>(nameof(ISampleGrain.FindAsync));
        request.SetArgument(0, "name");
        request.SetArgument(1, new List<int> { 1 });
        request.IsCancellable.ShouldBeTrue();
        request.CancellationToken = cancellation.Token;

        (await request.InvokeMethod(grain)).Name.ShouldBe("name");

        grain.Token.ShouldBe(cancellation.Token);
    }

    [Fact]
    public async Task Invoke_MethodThatThrows_EndsInItsException()
    {
        var request = Requests.Create<ISampleGrain>(nameof(ISampleGrain.DoAsync));

        (await request.InvokeOn(new Grain())).Exception.ShouldBeOfType<FormatException>();
    }

    [Fact]
    public async Task Invoke_MethodThatEnumerates_YieldsItsItems()
    {
        var request = (AsyncEnumerableRequest<int>)Requests.Create<ISampleGrain>(nameof(ISampleGrain.CountAsync));
        request.SetArgument(0, 3);

        var items = new List<int>();
        await foreach (var item in request.InvokeMethod(new Grain())) items.Add(item);

        items.ShouldBe([0, 1, 2]);
        request.IsCancellable.ShouldBeTrue();
    }

    [Fact]
    public void Descriptor_SaysWhatTheAttributesSay()
    {
        var points = Requests.Create<ISampleGrain>(nameof(ISampleGrain.PointsAsync)).Method;
        points.Options.ShouldBe(InvokeMethodOptions.ReadOnly | InvokeMethodOptions.AlwaysInterleave);
        points.ResponseTimeout.ShouldBe(TimeSpan.FromSeconds(5));
        points.InterfaceType.ToString().ShouldBe("test.ISample");
        points.Method.ShouldBe(typeof(ISampleGrain).GetMethod(nameof(ISampleGrain.PointsAsync)));
        Requests.Create<ISampleGrain>(nameof(ISampleGrain.ForgetAsync)).Method.IsOneWay.ShouldBeTrue();
        Requests.Create<ISampleObserver>(nameof(ISampleObserver.Poke)).Method.IsOneWay.ShouldBeTrue();
        Requests.Create<ISampleGrain>(nameof(ISampleGrain.FindAsync)).Method.Method.GetParameters().Length.ShouldBe(3);
    }

    [Fact]
    public void UnknownMethod_HasNoRequest() => TypeManifests.LoadAll().CreateRequest(12345).ShouldBeNull();

    private sealed class Grain : ISampleGrain
    {
        public CancellationToken Token { get; private set; }

        public Task DoAsync() => throw new FormatException();

        public Task<int> AddAsync(int left, int right) => Task.FromResult(left + right);

        public ValueTask<Shape?> FindAsync(string name, List<int> path, CancellationToken cancellationToken)
        {
            Token = cancellationToken;
            return new ValueTask<Shape?>(new Shape(name, []));
        }

        public ValueTask TouchAsync() => default;

        public Task ForgetAsync(Order order) => Task.CompletedTask;

        public Task<ImmutableArray<Point>> PointsAsync(Point point, ISampleObserver observer) => Task.FromResult(ImmutableArray.Create(point));

        public async IAsyncEnumerable<int> CountAsync(int to, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < to; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return i;
                await Task.Yield();
            }
        }
    }
}
