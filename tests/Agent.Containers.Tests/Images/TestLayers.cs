using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Layers with bytes that nobody else's have and that no packing makes smaller.</summary>
internal static class TestLayers
{
    private static int s_seed = Environment.ProcessId;

    public static TestLayer Random(int bytes, string file = "random")
    {
        var content = new byte[bytes];
        new Random(Interlocked.Increment(ref s_seed)).NextBytes(content);
        return new TestLayer().File(file, content);
    }
}
