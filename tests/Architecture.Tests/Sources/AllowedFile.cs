namespace Warren.Architecture.Tests.Sources;

/// <summary>A file that may do what is banned elsewhere.</summary>
/// <param name="File">The file, from the repository's root.</param>
/// <param name="Ban">The one ban that does not hold in it.</param>
/// <param name="Reason">Why it must.</param>
internal sealed record AllowedFile(string File, Ban Ban, string Reason);
