namespace Orleans.Runtime.Membership;

/// <summary>Calls the membership table, with a limit of time, and turns whatever comes of it into an input.</summary>
internal sealed class TableCaller(IMembershipTable table, TimeProvider time)
{
    public async Task<MembershipInput> CallAsync(TableCall call)
    {
        try
        {
            // On a thread of its own: a table that blocks must not look like a pause of the process.
            return await Task.Run(() => CarryOutAsync(call)).WaitAsync(MembershipSettings.TableTimeout, time);
        }
        catch (Exception exception)
        {
            return new MembershipInput.TableFailed(exception);
        }
    }

    private async Task<MembershipInput> CarryOutAsync(TableCall call)
    {
        switch (call)
        {
            case TableCall.Initialise:
                await table.InitializeMembershipTable(true);
                return new MembershipInput.TableInitialised();
            case TableCall.Insert insert:
                return new MembershipInput.TableWritten(await table.InsertRow(insert.Entry, insert.Version));
            case TableCall.Update update:
                return new MembershipInput.TableWritten(await table.UpdateRow(update.Entry, update.ETag, update.Version));
            case TableCall.SignOfLife sign:
                await table.UpdateIAmAlive(sign.Entry);
                return new MembershipInput.TableWritten(true);
            case TableCall.CleanUp cleanUp:
                await table.CleanupDefunctSiloEntries(cleanUp.Before);
                return new MembershipInput.TableWritten(true);
            default:
                return new MembershipInput.TableRead(await table.ReadAll());
        }
    }
}
