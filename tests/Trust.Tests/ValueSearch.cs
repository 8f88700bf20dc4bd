using System.Text;

namespace Warren.Trust.Tests;

/// <summary>Finds a value in what was written, in whatever form it may have been written there.</summary>
internal static class ValueSearch
{
    /// <summary>The names of those that hold a text.</summary>
    public static string[] Holders(IEnumerable<(string Name, byte[] Bytes)> contents, string value)
    {
        byte[][] forms = [.. Forms(Encoding.UTF8.GetBytes(value)), Encoding.Unicode.GetBytes(value), Encoding.BigEndianUnicode.GetBytes(value)];
        return Holders(contents, forms);
    }

    /// <summary>The names of those that hold bytes.</summary>
    public static string[] Holders(IEnumerable<(string Name, byte[] Bytes)> contents, byte[] value) => Holders(contents, [.. Forms(value)]);

    private static string[] Holders(IEnumerable<(string Name, byte[] Bytes)> contents, byte[][] forms) =>
        [.. contents.Where(content => forms.Any(form => content.Bytes.AsSpan().IndexOf(form) >= 0)).Select(content => content.Name)];

    private static IEnumerable<byte[]> Forms(byte[] value)
    {
        yield return value;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(value));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(value));
        yield return Encoding.ASCII.GetBytes(BitConverter.ToString(value));
        yield return Encoding.ASCII.GetBytes(string.Join(',', value));
        yield return Encoding.ASCII.GetBytes(string.Join(", ", value));

        // In base64 it looks otherwise at each place of a group of three; the first and last letters mix with what is beside it.
        for (var before = 0; before < 3; before++)
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. value])[4..^4];
            yield return Encoding.ASCII.GetBytes(whole);
            yield return Encoding.ASCII.GetBytes(whole.Replace('+', '-').Replace('/', '_'));
        }
    }
}
