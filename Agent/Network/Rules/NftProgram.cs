using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Warren.Agent.Network.Rules;

/// <summary>Runs the programs that write rules. They answer in milliseconds, and their callers are threads that may wait.</summary>
internal static class NftProgram
{
    private static readonly string[] s_folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin"];

    /// <summary>The path of a program; null if it is not installed.</summary>
    public static string? Find(string name) => s_folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <exception cref="NetworkException">It is not installed, or does not start.</exception>
    public static ProgramResult Run(string name, IEnumerable<string> arguments, string input = "")
    {
        var path = Find(name) ?? throw new NetworkException(
            NetworkFault.Prerequisite,
            $"{name} is not installed, which the network of containers needs: apt-get install {(name == "nft" ? "nftables" : "iptables")}");
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // The words of messages are compared.
        start.Environment["LC_ALL"] = "C";
        try
        {
            var errors = new StringBuilder();
            using var process = new Process { StartInfo = start };
            process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
            process.Start();
            process.BeginErrorReadLine();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new(process.ExitCode, output, errors.ToString().Trim());
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new NetworkException(NetworkFault.Failed, $"{path} did not run: {exception.Message}", exception);
        }
    }

    /// <summary>Lets nft carry out a text, all of it or nothing.</summary>
    public static void Apply(string text, string what)
    {
        var result = Run("nft", ["-f", "-"], text);
        if (result.ExitCode != 0) throw new NetworkException(NetworkFault.Failed, $"nft could not {what}: {result.Errors}");
    }
}
