namespace Orleans.Embedded.CodeGenerator.Tests;

public sealed class GrainClassTests
{
    // What a grain class needs of the engine, so that these tests ask only how it is used.
    private const string Interface = """
        namespace N;
        public interface IThing : IGrainWithStringKey { Task MAsync(); }
        public interface IOther : IGrainWithStringKey { Task NAsync(); }
        """;

    private const string Class = """
        namespace N;
        public sealed class Service;
        """;

    [Fact]
    public void Class_ConstructorParameters_ComeFromContextServicesAndFacets()
    {
        var manifest = Manifest("""
            [Reentrant, KeepAlive]
            public class ThingGrain(
                IGrainContext context,
                IServiceProvider services,
                [PersistentState("state", "store")] IPersistentState<int> state,
                [PersistentState("other")] IPersistentState<string> other,
                Service service,
                [Microsoft.Extensions.DependencyInjection.FromKeyedServices("key")] Service keyed,
                Service? optional = null,
                int number = 5) : Grain, IThing
            {
                public Task MAsync() => Task.CompletedTask;
            }
            """);

        manifest.ShouldContain("new global::N.ThingGrain(context, context.ActivationServices, "
            + "global::Orleans.Runtime.GrainFacets.PersistentState<int>(context, \"state\", \"store\"), "
            + "global::Orleans.Runtime.GrainFacets.PersistentState<string>(context, \"other\", null), "
            + "global::Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<global::N.Service>(context.ActivationServices), "
            + "global::Microsoft.Extensions.DependencyInjection.ServiceProviderKeyedServiceExtensions.GetRequiredKeyedService<global::N.Service>(context.ActivationServices, \"key\"), "
            + "context.ActivationServices.GetService(typeof(global::N.Service)) is global::N.Service given6 ? given6 : default(global::N.Service), "
            + "context.ActivationServices.GetService(typeof(int)) is int given7 ? given7 : (int)5)");
        manifest.ShouldContain("IsReentrant = true,");
        manifest.ShouldContain("CollectionAge = global::System.Threading.Timeout.InfiniteTimeSpan,");
        manifest.ShouldContain("GrainType.Create(\"thing\")");
        manifest.ShouldContain("GrainInterfaceType[] { global::Orleans.Runtime.GrainInterfaceType.Create(\"N.IThing\") }");
    }

    [Theory]
    [InlineData("public class Counter : Grain, IThing", "GrainType.Create(\"counter\")")]
    [InlineData("public class Grain1 : Grain, IThing", "GrainType.Create(\"grain1\")")]
    [InlineData("[GrainType(\"my-type\")] public class ThingGrain : Grain, IThing", "GrainType.Create(\"my-type\")")]
    [InlineData("[StatelessWorker] public class ThingGrain : Grain, IThing", "StatelessWorkerLimit = 0,")]
    [InlineData("[StatelessWorker(3)] public class ThingGrain : Grain, IThing", "StatelessWorkerLimit = 3,")]
    [InlineData("[CollectionAgeLimit(\"00:10:00\")] public class ThingGrain : Grain, IThing", "CollectionAge = new global::System.TimeSpan(6000000000L),")]
    [InlineData("[CollectionAgeLimit(Hours = 1, Minutes = 1)] public class ThingGrain : Grain, IThing", "CollectionAge = new global::System.TimeSpan(36600000000L),")]
    [InlineData("[CollectionAgeLimit(AlwaysActive = true)] public class ThingGrain : Grain, IThing", "CollectionAge = global::System.Threading.Timeout.InfiniteTimeSpan,")]
    public void Class_Attributes_AreInItsDescriptor(string declaration, string expected) =>
        Manifest($"{declaration} {{ public Task MAsync() => Task.CompletedTask; }}").ShouldContain(expected);

    [Fact]
    public void Class_WithSeveralConstructors_TakesTheMarkedOne() => Manifest("""
        public class ThingGrain : Grain, IThing
        {
            [Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructor]
            public ThingGrain(IGrainContext context) { }
            public ThingGrain() { }
            public Task MAsync() => Task.CompletedTask;
        }
        """).ShouldContain("new global::N.ThingGrain(context)");

    [Fact]
    public void Class_PartialInTwoFiles_IsRegisteredOnce()
    {
        var generated = Generated.From(
            Interface,
            Class,
            "namespace N; [Reentrant] public partial class ThingGrain;",
            "namespace N; public partial class ThingGrain : Grain, IThing { public Task MAsync() => Task.CompletedTask; }");

        generated.Diagnostics.ShouldBeEmpty();
        generated.Manifest.Split("AddGrainClass").Length.ShouldBe(2);
        generated.Manifest.ShouldContain("IsReentrant = true,");
    }

    [Theory]
    [InlineData("ORLEANSGEN011", "public class ThingGrain : Grain { public ThingGrain() { } public ThingGrain(int x) { } }", "'N.ThingGrain' needs exactly one public constructor")]
    [InlineData("ORLEANSGEN011", "public class ThingGrain : Grain { private ThingGrain() { } }", "'N.ThingGrain' needs exactly one public constructor")]
    [InlineData("ORLEANSGEN012", "public class ThingGrain : Grain { } public class Thing : Grain { }", "both have the grain type 'thing'")]
    [InlineData("ORLEANSGEN015", "[CollectionAgeLimit(\"never\")] public class ThingGrain : Grain { }", "'never' on 'N.ThingGrain'")]
    [InlineData("ORLEANSGEN019", "public class Outer { private class ThingGrain : Grain { } }", "'N.Outer.ThingGrain' is private")]
    public void Class_WithFault_IsReported(string id, string source, string message)
    {
        var generated = Generated.From(Interface, Class, $"namespace N;\n{source}");

        generated.Diagnostics.First(x => x.Id == id).GetMessage().ShouldContain(message);
        generated.Diagnostics.ShouldAllBe(x => x.Id == id);
    }

    [Theory]
    [InlineData("public abstract class ThingGrain : Grain { }")]
    [InlineData("public class ThingGrain<T> : Grain { }")]
    [InlineData("public class ThingGrain { }")]
    public void Class_ThatIsNoGrain_IsLeftOut(string source)
    {
        var generated = Generated.From(Interface, Class, $"namespace N; {source}");

        generated.Diagnostics.ShouldBeEmpty();
        generated.Manifest.ShouldNotContain("AddGrainClass");
    }

    private static string Manifest(string grain)
    {
        var generated = Generated.From(Interface, Class, $"namespace N; {grain}");
        generated.Diagnostics.ShouldBeEmpty();
        generated.Errors.ShouldBeEmpty();
        return generated.Manifest;
    }
}
