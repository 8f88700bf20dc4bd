using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Providers;
using Orleans.Storage;
using Warren.Access;
using Warren.Grains.Work;

namespace Warren.Grains.Access;

/// <summary>The audit log. What comes together shares a write; each chunk is a state of its own, in the row of one that has given way.</summary>
[GrainType("audit"), Reentrant]
internal sealed class AuditGrain : Grain, IAuditGrain
{
    /// <summary>How many chunks are kept: 8,000 entries. Not to be changed for a log that is there: it says in which row a chunk is.</summary>
    private const int Rows = 250;

    /// <summary>The same of calls that were refused: 1,000 entries.</summary>
    private const int RefusedRows = 32;

    private readonly IGrainStorage _storage;
    private readonly GrainState<AuditChunk>[] _rows = Empty(Rows), _refusedRows = Empty(RefusedRows);
    private readonly GroupCommit<(ImmutableArray<AuditEntry> Begun, ImmutableArray<AuditOutcome> Ended)> _notes;
    private AuditBook _book = new(AuditRing.Load(Rows, []), AuditRing.Load(RefusedRows, []));

    public AuditGrain()
    {
        _storage = ServiceProvider.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
        _notes = new(CommitAsync);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(ReadAsync("chunk", _rows, cancellationToken), ReadAsync("refused", _refusedRows, cancellationToken));
        _book = new(Load(_rows), Load(_refusedRows));
    }

    public Task NoteAsync(ImmutableArray<AuditEntry> begun, ImmutableArray<AuditOutcome> ended) =>
        begun.IsEmpty && ended.IsEmpty ? Task.CompletedTask : _notes.AddAsync((begun, ended));

    public Task<ImmutableArray<AuditEntry>> ReadAsync(long cursor, int most) => Task.FromResult(_book.Read(cursor, most));

    private static string NameOf(string kind, long row) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{row}");

    private static GrainState<AuditChunk>[] Empty(int rows) => [.. Enumerable.Range(0, rows).Select(_ => new GrainState<AuditChunk>(new()))];

    private static AuditRing Load(GrainState<AuditChunk>[] rows) => AuditRing.Load(rows.Length, rows.Select(row => row.State).OfType<AuditChunk>());

    private Task ReadAsync(string kind, GrainState<AuditChunk>[] rows, CancellationToken cancellation) =>
        Task.WhenAll(rows.Select((row, i) => _storage.ReadStateAsync(NameOf(kind, i), this.GetGrainId(), row, cancellation)));

    private async Task CommitAsync(IReadOnlyList<(ImmutableArray<AuditEntry> Begun, ImmutableArray<AuditOutcome> Ended)> notes)
    {
        var book = _book.Note(notes.SelectMany(note => note.Begun), notes.SelectMany(note => note.Ended));
        try
        {
            foreach (var chunk in book.Admitted.Since(_book.Admitted)) await WriteAsync("chunk", _rows, chunk);
            foreach (var chunk in book.Refused.Since(_book.Refused)) await WriteAsync("refused", _refusedRows, chunk);
        }
        catch
        {
            // Some may be stored, so what this activation knows is no longer what is there. The callers repeat themselves.
            DeactivateOnIdle();
            throw;
        }

        _book = book;
    }

    private Task WriteAsync(string kind, GrainState<AuditChunk>[] rows, AuditChunk chunk)
    {
        var at = chunk.Number % rows.Length;
        rows[at].State = chunk;
        return _storage.WriteStateAsync(NameOf(kind, at), this.GetGrainId(), rows[at]);
    }
}
