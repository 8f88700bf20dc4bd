using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Warren.Agent.Logs;

/// <summary>The files of one container's log: numbered, the highest being written, none ever renamed.</summary>
internal static class LogFolder
{
    private const int Digits = 10;
    private const string Extension = ".log";

    public static string PathOf(string folder, long number) =>
        Path.Combine(folder, number.ToString("D10", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The numbers of the files that are there, ascending; none without the folder.</summary>
    public static IReadOnlyList<long> ListNumbers(string folder)
    {
        try
        {
            var numbers = new List<long>();
            foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
            {
                var name = Path.GetFileNameWithoutExtension(path.AsSpan());
                if (name.Length == Digits && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) numbers.Add(number);
            }

            numbers.Sort();
            return numbers;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Opens a file, which stays readable to the end when it is removed meanwhile. Null if it is gone already.</summary>
    public static SafeFileHandle? Open(string folder, long number)
    {
        try
        {
            return File.OpenHandle(PathOf(folder, number), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
