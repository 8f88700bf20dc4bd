using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Calls;

/// <summary>Filters around calls: their order, what they see, and what they may change.</summary>
public sealed class FilterTests : SiloTest
{
    internal const string Trail = "trail";
    private readonly Switch _first = new("first"), _second = new("second");
    private readonly OutgoingSwitch _outgoing = new();

    private IOrdersGrain Grain { get; set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Grain = Grains.GetGrain<IOrdersGrain>(Script.NewName());
    }

    [Fact]
    public async Task Incoming_Several_RunInTheirOrderAndTheGrainsOwnLast()
    {
        var steps = new Steps();
        RequestContext.Set(Trail, steps);

        (await Grain.SumAsync(1, 2)).ShouldBe(3);

        steps.Taken.ShouldBe(["outgoing", "first", "second", "grain"]);
        RequestContext.Clear();
    }

    [Fact]
    public async Task Incoming_SeesTheCall()
    {
        var checkedIt = false;
        _first.Run = async context =>
        {
            context.InterfaceMethod.Name.ShouldBe(nameof(IOrdersGrain.SumAsync));
            context.ImplementationMethod.DeclaringType.ShouldBe(typeof(OrdersGrain));
            context.Grain.ShouldBeOfType<OrdersGrain>();
            context.TargetId.ShouldBe(Grain.GetGrainId());
            context.SourceId.ShouldBeNull();
            context.TargetContext.GrainId.ShouldBe(Grain.GetGrainId());
            (context.Request.GetArgumentCount(), context.Request.GetArgument(0), context.Request.GetArgument(1)).ShouldBe((2, 4, 5));
            await context.Invoke();
            context.Result.ShouldBe(9);
            checkedIt = true;
        };

        (await Grain.SumAsync(4, 5)).ShouldBe(9);

        checkedIt.ShouldBeTrue();
    }

    [Fact]
    public async Task Incoming_ReplacesTheResult_TheCallerGetsThat()
    {
        _second.Run = async context =>
        {
            await context.Invoke();
            context.Result = (int)context.Result! * 10;
        };

        (await Grain.SumAsync(1, 2)).ShouldBe(30);
    }

    [Fact]
    public async Task Incoming_ChangesAnArgument_TheMethodGetsThat()
    {
        _first.Run = context =>
        {
            context.Request.SetArgument(0, 100);
            return context.Invoke();
        };

        (await Grain.SumAsync(1, 2)).ShouldBe(102);
    }

    [Fact]
    public async Task Incoming_DoesNotInvoke_TheMethodDoesNotRun()
    {
        _first.Run = static context =>
        {
            context.Result = 42;
            return Task.CompletedTask;
        };
        var steps = new Steps();
        RequestContext.Set(Trail, steps);

        (await Grain.SumAsync(1, 2)).ShouldBe(42);

        steps.Taken.ShouldBe(["outgoing", "first"]);
        RequestContext.Clear();
    }

    [Fact]
    public async Task Incoming_Throws_TheCallerGetsItAndTheGrainLivesOn()
    {
        _second.Run = static _ => throw new UnauthorizedAccessException("not you");

        (await Should.ThrowAsync<UnauthorizedAccessException>(() => Grain.SumAsync(1, 2))).Message.ShouldBe("not you");
        _second.Run = null;

        (await Grain.SumAsync(1, 2)).ShouldBe(3);
    }

    [Fact]
    public async Task Incoming_SeesTheMethodsFailure_AndMayTurnItIntoAResult()
    {
        _first.Run = static async context =>
        {
            try
            {
                await context.Invoke();
            }
            catch (InvalidOperationException failure)
            {
                context.Response = Orleans.Serialization.Invocation.Response.FromResult($"caught: {failure.Message}");
            }
        };

        (await Grain.FailAsync("ouch")).ShouldBe("caught: ouch");
    }

    [Fact]
    public async Task Incoming_InvokesTwice_IsAnError()
    {
        _second.Run = static async context =>
        {
            await context.Invoke();
            await context.Invoke();
        };

        (await Should.ThrowAsync<InvalidOperationException>(() => Grain.SumAsync(1, 2))).Message.ShouldContain("Invoke twice");
    }

    [Fact]
    public async Task Outgoing_AroundTheCall_SeesAndReplacesTheResult()
    {
        _outgoing.Run = async context =>
        {
            context.TargetId.ShouldBe(Grain.GetGrainId());
            await context.Invoke();
            context.Result = (int)context.Result! + 1;
        };

        (await Grain.SumAsync(1, 2)).ShouldBe(4);
    }

    [Fact]
    public async Task Outgoing_Throws_TheGrainIsNotCalled()
    {
        _outgoing.Run = static _ => throw new UnauthorizedAccessException("stay here");
        var came = false;
        _first.Run = context =>
        {
            came = true;
            return context.Invoke();
        };

        await Should.ThrowAsync<UnauthorizedAccessException>(() => Grain.SumAsync(1, 2));

        came.ShouldBeFalse();
    }

    protected override void Configure(ISiloBuilder silo) =>
        silo.AddIncomingGrainCallFilter(_first).AddIncomingGrainCallFilter(_second).AddOutgoingGrainCallFilter(_outgoing);

    /// <summary>What was passed on the way, in the caller's own object: calls inside a silo hand the context on as it is.</summary>
    [Immutable]
    internal sealed class Steps
    {
        public List<string> Taken { get; } = [];

        public void Add(string step) => Taken.Add(step);
    }

    private sealed class Switch(string name) : IIncomingGrainCallFilter
    {
        public Func<IIncomingGrainCallContext, Task>? Run { get; set; }

        public Task Invoke(IIncomingGrainCallContext context)
        {
            (RequestContext.Get(Trail) as Steps)?.Add(name);
            return Run is { } run && context.Grain is OrdersGrain ? run(context) : context.Invoke();
        }
    }

    private sealed class OutgoingSwitch : IOutgoingGrainCallFilter
    {
        public Func<IOutgoingGrainCallContext, Task>? Run { get; set; }

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            (RequestContext.Get(Trail) as Steps)?.Add("outgoing");
            return Run is { } run && context.InterfaceName.EndsWith(nameof(IOrdersGrain), StringComparison.Ordinal) ? run(context) : context.Invoke();
        }
    }
}
