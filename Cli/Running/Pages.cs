using Warren.V1;

namespace Warren.Cli.Running;

/// <summary>Reads lists to their end.</summary>
internal static class Pages
{
    private const int Size = 500;

    /// <summary>All pages, one after the other.</summary>
    public static async Task<List<T>> AllAsync<T>(Func<Page, Task<(Google.Protobuf.Collections.RepeatedField<T> Items, string Next)>> read)
    {
        var all = new List<T>();
        var page = new Page { Size = Size };
        do
        {
            var (items, next) = await read(page);
            all.AddRange(items);
            page = new() { Size = Size, Token = next };
        }
        while (page.Token.Length > 0);
        return all;
    }
}
