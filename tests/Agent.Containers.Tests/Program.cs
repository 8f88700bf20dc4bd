using Warren.Agent.Containers.Tests.Hosting.Support;
using Warren.Agent.Containers.Tests.Images;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Containers.Tests.Runtime.Containerd;

namespace Warren.Agent.Containers.Tests;

/// <summary>The entry point of child processes, which tests kill; the tests themselves are run by the test host.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        [DoomedAgent.Role, var place, var where] => DoomedAgent.RunAsync(place, where),
        [HostedAgent.Role, var place] => HostedAgent.RunAsync(place),
        [NetworkAgent.Role, var options] => NetworkAgent.RunAsync(options),
        [PullingAgent.Role, var order] => PullingAgent.RunAsync(order),
        _ => throw new InvalidOperationException($"There is no role '{string.Join(' ', arguments)}'."),
    };
}
