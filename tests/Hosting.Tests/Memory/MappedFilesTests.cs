using System.Globalization;
using System.Xml;
using Warren.Hosting.Memory;

namespace Warren.Hosting.Tests.Memory;

/// <summary>On this process itself: it loses its code and goes on.</summary>
public sealed class MappedFilesTests
{
    [Fact]
    public void Release_LoadedAssembly_GoesFromMemoryAndComesBack()
    {
        var file = typeof(XmlDocument).Assembly.Location;
        Count().ShouldBe(3);
        var before = ResidentKilobytes(file);
        before.ShouldBeGreaterThan(0);

        var found = MappedFiles.Find();
        found.ShouldContain(range => range.Path == file);
        MappedFiles.Release(found);
        ResidentKilobytes(file).ShouldBeLessThan(before);

        Count().ShouldBe(3);
        MappedFiles.Release(MappedFiles.Find());
    }

    private static int Count()
    {
        var document = new XmlDocument();
        document.LoadXml("<a><b/><c/></a>");
        return document.SelectNodes("//*")!.Count;
    }

    // What is in memory of the mappings that are not written to.
    private static long ResidentKilobytes(string file)
    {
        var (isIts, sum) = (false, 0L);
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.Contains('/', StringComparison.Ordinal)) isIts = line.EndsWith(file, StringComparison.Ordinal) && line.Split(' ')[1][1] == '-';
            else if (isIts && line.StartsWith("Rss:", StringComparison.Ordinal)) sum += long.Parse(line[4..^2], CultureInfo.InvariantCulture);
        }

        return sum;
    }
}
