using System.Globalization;
using Warren.Access;
using Warren.Grains.Access;

namespace Warren.Grains.Tests.Access;

public sealed class AuditBookTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Note_EntriesAndResults_ArePutTogetherInOrder()
    {
        var before = Empty().Note([Entry(1), Entry(2)], []);
        before.Admitted.Since(Empty().Admitted).Length.ShouldBe(1);
        var book = before.Note([Entry(3)], [Result(1)]);
        book.Read(0, 10).Select(entry => (entry.Cursor, entry.Id, entry.Outcome?.Code)).ShouldBe([(1L, "1", "OK"), (2L, "2", null), (3L, "3", null)]);
        book.Admitted.Since(before.Admitted).ShouldBe(book.Admitted.Chunks);
    }

    [Fact]
    public void Note_TheSameAgain_ChangesNothing()
    {
        var book = Empty().Note([Entry(1), Refused(2)], [Result(1)]);
        book.Note([Entry(1), Refused(2)], [Result(1), Result(9)]).ShouldBeSameAs(book);
    }

    [Fact]
    public void Note_MoreThanAreKept_DropsTheOldestChunk()
    {
        var book = Empty();
        for (var i = 1; i <= (3 * AuditChunk.Size) + 1; i++) book = book.Note([Entry(i)], []);
        book.Admitted.Chunks.Count.ShouldBe(3);
        book.Admitted.Chunks.Select(chunk => chunk.Number % 3).Distinct().Count().ShouldBe(3);
        book.Read(0, 1)[0].Cursor.ShouldBe(AuditChunk.Size + 1);
        book.Last.ShouldBe((3 * AuditChunk.Size) + 1);
    }

    [Fact]
    public void Note_ResultOfAnOlderChunk_StoresThatChunk()
    {
        var book = Empty();
        for (var i = 1; i <= AuditChunk.Size + 1; i++) book = book.Note([Entry(i)], []);
        book.Note([Entry(100)], [Result(1)]).Admitted.Since(book.Admitted).Select(chunk => chunk.Number).ShouldBe([1, 2]);
    }

    [Fact]
    public void Load_ChunksInAnyOrder_GoesOnAfterTheLast()
    {
        var book = Empty();
        for (var i = 1; i <= 50; i++) book = book.Note([Entry(i)], []);
        var loaded = new AuditBook(AuditRing.Load(3, book.Admitted.Chunks.Reverse().Append(new())), AuditRing.Load(2, []));
        loaded.Note([Entry(51)], []).Last.ShouldBe(51);
        loaded.Read(0, 100).Length.ShouldBe(50);
    }

    [Theory]
    [InlineData(0, 2, "1,2")]
    [InlineData(3, 10, "4,5")]
    [InlineData(5, 10, "")]
    [InlineData(-2, 10, "4,5")]
    [InlineData(-9, 10, "1,2,3,4,5")]
    public void Read_AfterACursor_GivesWhatFollows(long cursor, int most, string wanted)
    {
        var book = Empty().Note(Enumerable.Range(1, 5).Select(Entry), []);
        string.Join(',', book.Read(cursor, most).Select(entry => entry.Cursor)).ShouldBe(wanted);
    }

    [Fact]
    public void Note_CallsThatAreRefused_PushOutNoneThatWereAdmittedAndStandInOrderAmongThem()
    {
        var book = Empty().Note([Entry(1)], []);
        for (var i = 2; i <= 20 * AuditChunk.Size; i++) book = book.Note([Refused(i)], []);
        book = book.Note([Entry(0)], []);
        var read = book.Read(0, 1_000);
        read.Count(entry => entry.Outcome is not null).ShouldBeInRange(AuditChunk.Size + 1, 2 * AuditChunk.Size);
        read.Where(entry => entry.Outcome is null).Select(entry => entry.Cursor).ShouldBe([1L, (20 * AuditChunk.Size) + 1]);
        read.Select(entry => entry.Cursor).ShouldBeInOrder();
        book.Read(-2, 10).Select(entry => entry.Cursor).ShouldBe([20L * AuditChunk.Size, (20 * AuditChunk.Size) + 1]);
    }

    private static AuditBook Empty() => new(AuditRing.Load(3, []), AuditRing.Load(2, []));

    private static AuditEntry Refused(int id) => Entry(id) with { Outcome = new() { Id = id.ToString(CultureInfo.InvariantCulture), Code = "PERMISSION_DENIED" } };

    private static AuditEntry Entry(int id) => new()
    {
        Id = id.ToString(CultureInfo.InvariantCulture),
        At = s_now,
        Who = "root",
        From = "socket",
        Manager = "m1",
        Operation = "ServiceApi/Scale",
    };

    private static AuditOutcome Result(int id) => new() { Id = id.ToString(CultureInfo.InvariantCulture), Code = "OK" };
}
