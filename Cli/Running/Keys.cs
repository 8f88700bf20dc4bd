using System.Security.Cryptography;
using Warren.V1;

namespace Warren.Cli.Running;

/// <summary>Names writes, so that one that is sent again is carried out once.</summary>
internal static class Keys
{
    /// <summary>A new name.</summary>
    public static WriteOptions New() => new() { IdempotencyKey = RandomNumberGenerator.GetHexString(32, lowercase: true) };
}
