using System.IO.Hashing;
using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Yarp.ReverseProxy.Configuration;

namespace Warren.Shims.Tests.References;

/// <summary>Everything that the real packages refer to is in the stand-ins: an upgrade cannot break silently.</summary>
public sealed class PackageReferenceTests
{
    private static readonly Assembly[] StandIns =
        [typeof(XxHash64).Assembly, typeof(CallInvoker).Assembly, typeof(ICompressionProvider).Assembly];

    private static readonly Dictionary<string, Assembly> Packages = new()
    {
        ["Grpc.Net.Client"] = typeof(GrpcChannel).Assembly,
        ["Grpc.AspNetCore.Server"] = typeof(GrpcServiceOptions).Assembly,
        ["Yarp.ReverseProxy"] = typeof(RouteConfig).Assembly,
        ["Google.Protobuf"] = typeof(Google.Protobuf.IMessage).Assembly,
        ["Grpc.Net.Common"] = typeof(ICompressionProvider).Assembly,
        ["generated code"] = typeof(Probe.Prober).Assembly,
    };

    public static TheoryData<string> PackageNames => [.. Packages.Keys];

    [Theory]
    [MemberData(nameof(PackageNames))]
    public void Package_EveryReferenceToAStandIn_Resolves(string package) => Check(package).Problems.ShouldBeEmpty();

    [Theory]
    [InlineData("Grpc.Net.Client", "Method Grpc.Core.CallOptions::get_Headers instance Default class Grpc.Core.Metadata <0>()")]
    [InlineData("Grpc.Net.Client", "Field Grpc.Core.Metadata::Empty class Grpc.Core.Metadata")]
    [InlineData("Grpc.Net.Client", "type Grpc.Core.AsyncDuplexStreamingCall`2")]
    [InlineData("Grpc.AspNetCore.Server", "Method Grpc.Core.Metadata+Entry::get_IsBinary instance Default Boolean <0>()")]
    [InlineData("Grpc.AspNetCore.Server", "assembly Grpc.Net.Common, Version=2.0.0.0, Culture=neutral, PublicKeyToken=d754f35622e28bad")]
    [InlineData("Yarp.ReverseProxy", "Method System.IO.Hashing.XxHash64::Hash static Default Byte[] <0>(Byte[])")]
    public void Package_KnownReference_WasLookedAt(string package, string reference) => Check(package).Resolved.ShouldContain(reference);

    [Theory]
    [MemberData(nameof(PackageNames))]
    public void Package_EveryType_LoadsOverItsStandInBases(string package) =>
        // Loading checks what references cannot say: overridden members, their generic constraints, interfaces left unimplemented.
        Should.NotThrow(Packages[package].GetTypes);

    private static ReferenceCheck Check(string package)
    {
        var targets = StandIns.Select(assembly => new DefinedAssembly(File.OpenRead(assembly.Location))).ToList();
        try
        {
            return ReferenceCheck.Run(File.OpenRead(Packages[package].Location), targets);
        }
        finally
        {
            targets.ForEach(target => target.Dispose());
        }
    }
}
