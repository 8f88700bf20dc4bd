using System.Globalization;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Lists;

/// <summary>Which part of a list is wanted. A token is the last key of the page before, so that nothing has to be kept between two pages.</summary>
/// <param name="Size">The most objects.</param>
/// <param name="After">The last key of the page before; empty: from the first.</param>
internal readonly record struct PageRequest(int Size, string After)
{
    /// <summary>The most that may be asked for.</summary>
    public const int MaxSize = 1_000;

    private const int StandardSize = 100;

    /// <summary>Reads what a request says.</summary>
    /// <exception cref="ValidationException">The size breaks the rule.</exception>
    public static PageRequest Of(Proto.Page? page)
    {
        if (page is null) return new(StandardSize, "");
        if (page.Size is < 0 or > MaxSize)
            throw new ValidationException("the request", [new("page.size", string.Create(CultureInfo.InvariantCulture, $"must be 1 to {MaxSize}, or 0 for {StandardSize}, was {page.Size}"))]);
        return new(page.Size == 0 ? StandardSize : page.Size, page.Token);
    }
}
