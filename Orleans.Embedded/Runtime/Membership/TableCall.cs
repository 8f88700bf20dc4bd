namespace Orleans.Runtime.Membership;

/// <summary>One call of an <see cref="IMembershipTable"/>.</summary>
internal abstract record TableCall
{
    public sealed record Initialise : TableCall;

    public sealed record ReadAll : TableCall;

    public sealed record Insert(MembershipEntry Entry, TableVersion Version) : TableCall;

    public sealed record Update(MembershipEntry Entry, string ETag, TableVersion Version) : TableCall;

    public sealed record SignOfLife(MembershipEntry Entry) : TableCall;

    public sealed record CleanUp(DateTimeOffset Before) : TableCall;
}
