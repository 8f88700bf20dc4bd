using System.Text.RegularExpressions;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>What runc's words about a failed start mean to who wrote the spec.</summary>
internal static partial class RuncMessages
{
    /// <summary>Whether runc itself was killed, which says nothing about the container.</summary>
    public static bool IsRuncKilled(string text) =>
        Killed().IsMatch(text);

    /// <summary>A fault of the spec in plain words, or null if it is none that is known.</summary>
    public static string? Explain(string text)
    {
        if (NotInPath().Match(text) is { Success: true } missing) return $"the command '{missing.Groups[1].Value}' does not exist in the image";
        if (NoSuchProgram().Match(text) is { Success: true } absent) return $"the command '{absent.Groups[1].Value}' does not exist in the image";
        if (Forbidden().Match(text) is { Success: true } forbidden)
            return $"the command '{forbidden.Groups[1].Value}' may not be run: it is no program, or its mode does not let this user execute it";
        if (WrongFormat().Match(text) is { Success: true } format)
            return $"the command '{format.Groups[1].Value}' is no program for this processor (exec format error)";
        if (NoFolder().Match(text) is { Success: true } folder) return $"cannot change to the working directory '{folder.Groups[1].Value}': {folder.Groups[2].Value}";
        if (Mounting().Match(text) is { Success: true } mount)
            return $"cannot mount '{mount.Groups[1].Value}' at '{mount.Groups[2].Value}': {mount.Groups[3].Value}";
        return null;
    }

    /// <summary>The innermost part, without the chain of who called whom.</summary>
    public static string Shorten(string text)
    {
        var start = text.IndexOf("runc create failed: ", StringComparison.Ordinal);
        return start < 0 ? text : text[(start + "runc create failed: ".Length)..];
    }

    // The shim's words differ by its version, spelling included; 137 is 128 and the number of SIGKILL, which runc itself never ends with.
    [GeneratedRegex("did not terminate succ?essfully: (?:signal: killed|exit status 137)")]
    private static partial Regex Killed();

    [GeneratedRegex("""exec: \\*"([^"\\]+)\\*": executable file not found in \$PATH""")]
    private static partial Regex NotInPath();

    [GeneratedRegex("""exec: \\*"([^"\\]+)\\*": stat [^:]+: (?:no such file or directory|not a directory)""")]
    private static partial Regex NoSuchProgram();

    [GeneratedRegex("""exec: \\*"([^"\\]+)\\*": (?:permission denied|is a directory)""")]
    private static partial Regex Forbidden();

    [GeneratedRegex("""exec:? \\*"?([^"\\ :]+)\\*"?: exec format error""")]
    private static partial Regex WrongFormat();

    [GeneratedRegex("""(?:chdir to cwd|mkdir) \(?\\*"?([^"\\)]+)\\*"?\)?[^:]*(?:failed)?: ([^:]+)$""")]
    private static partial Regex NoFolder();

    [GeneratedRegex("""error mounting \\*"([^"\\]+)\\*" to rootfs at \\*"([^"\\]+)\\*": (.+)$""")]
    private static partial Regex Mounting();
}
