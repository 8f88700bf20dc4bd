namespace Warren.Hosting.Memory;

/// <summary>A part of a file in a process's memory that was never written to, so that its pages can be had from the file again.</summary>
/// <param name="Address">Where it begins.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Path">The file.</param>
internal readonly record struct MappedRange(nint Address, nint Length, string Path);
