using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A reminder table as a silo reaches it that can be paused and killed.</summary>
internal sealed class GatedReminderTable(IReminderTable table, SiloFaults silo) : IReminderTable
{
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await silo.PassAsync();
        await table.StartAsync(cancellationToken);
    }

    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        await silo.PassAsync();
        return await table.ReadRows(grainId);
    }

    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        await silo.PassAsync();
        return await table.ReadRows(begin, end);
    }

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        await silo.PassAsync();
        return await table.ReadRow(grainId, reminderName);
    }

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        await silo.PassAsync();
        return await table.UpsertRow(entry);
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        await silo.PassAsync();
        return await table.RemoveRow(grainId, reminderName, eTag);
    }

    public async Task TestOnlyClearTable()
    {
        await silo.PassAsync();
        await table.TestOnlyClearTable();
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => table.StopAsync(cancellationToken);
}
