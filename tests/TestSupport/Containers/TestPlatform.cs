using System.Runtime.InteropServices;

namespace Warren.TestSupport.Containers;

/// <summary>This machine in the words of image indexes.</summary>
public static class TestPlatform
{
    /// <summary>Go's name of the processor's architecture.</summary>
    public static string Architecture { get; } = RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        var other => throw new PlatformNotSupportedException($"Test images are not made for {other}."),
    };
}
