using System.Text;

namespace Orleans.CodeGenerator.Analysis;

internal static class Hash
{
    /// <summary>FNV-1a with 64 bits over UTF-8. Names on the wire depend on it, so it never changes.</summary>
    public static ulong Fnv1A(string text)
    {
        var hash = 14695981039346656037;
        foreach (var value in Encoding.UTF8.GetBytes(text)) hash = unchecked((hash ^ value) * 1099511628211);
        return hash;
    }
}
