using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd;
using Warren.Containers;
using Api = Warren.Agent.Runtime.Containerd.Api;

namespace Warren.Agent.Images.Containerd;

/// <summary>Names of images in containerd, and the containers that are made from them.</summary>
internal sealed class ImageRecords(ContainerdConnection connection, TimeProvider time)
{
    private const string LastUsedLabel = "warren.last-used";

    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // Collection counts in minutes; a record is not written for each of a hundred containers that start together.
    private static readonly TimeSpan s_touchInterval = TimeSpan.FromSeconds(5);

    public async Task<ImmutableArray<ImageRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await ImageErrors.CallAsync(connection.Images.ListAsync(new(), connection.Short(cancellationToken)), "Listing the images", cancellationToken);
        return [.. answer.Images.Select(ToRecord)];
    }

    public async Task<ImageRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await ImageErrors.FindAsync(
            connection.Images.GetAsync(new() { Name = name }, connection.Short(cancellationToken)), $"Looking for the image {name}", cancellationToken);
        return answer is null ? null : ToRecord(answer.Image);
    }

    /// <summary>
    /// Gives a name to an image. What had the name keeps a name by its digest, so that containers made from it can be made again, until it is collected.
    /// </summary>
    /// <returns>What the name stood for before, or null.</returns>
    public async Task<ImageRecord?> PutAsync(ImageRecord record, CancellationToken cancellationToken)
    {
        var doing = $"Naming the image {record.Name}";
        if (await TryCreateAsync(record, doing, cancellationToken)) return null;
        var before = await FindAsync(record.Name, cancellationToken);
        if (before is not null && before.Target != record.Target && DigestName(before) is { } former)
            await TryCreateAsync(before with { Name = former }, doing, cancellationToken);
        await UpdateAsync(record, doing, cancellationToken);
        return before;
    }

    /// <summary>Sets a name back to what it stood for before <see cref="PutAsync"/>.</summary>
    public Task RestoreAsync(string name, ImageRecord? before, CancellationToken cancellationToken) =>
        before is null ? DeleteAsync(name, waits: false, cancellationToken) : UpdateAsync(before, $"Naming the image {name}", cancellationToken);

    /// <summary>Notes a use. Without such an image it does nothing.</summary>
    public async Task TouchAsync(ImageRecord record, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - record.LastUsed < s_touchInterval && record.LastUsed <= now) return;
        var request = new Api.ImagesV1.UpdateImageRequest
        {
            Image = new() { Name = record.Name, Labels = { [LastUsedLabel] = Text(now) } },
            UpdateMask = new FieldMask { Paths = { "labels." + LastUsedLabel } },
        };
        await ImageErrors.FindAsync(
            connection.Images.UpdateAsync(request, connection.Short(cancellationToken)), $"Noting the use of {record.Name}", cancellationToken);
    }

    /// <summary>Removes a name. What nothing else keeps goes too, before the return if <paramref name="waits"/>.</summary>
    public Task DeleteAsync(string name, bool waits, CancellationToken cancellationToken) =>
        ImageErrors.FindAsync(
            connection.Images.DeleteAsync(new() { Name = name, Sync = waits }, connection.Long(cancellationToken)), $"Removing the image {name}", cancellationToken);

    public async Task<ImmutableArray<ContainerUse>> UsesAsync(CancellationToken cancellationToken)
    {
        var uses = ImmutableArray.CreateBuilder<ContainerUse>();
        using var call = connection.Containers.ListStream(new(), connection.Long(cancellationToken));
        try
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                var container = call.ResponseStream.Current.Container;
                uses.Add(new(container.Id, container.Image, container.Labels.TryGetValue(ContainerLabels.ImageDigest, out var digest) ? digest : null));
            }
        }
        catch (RpcException e)
        {
            throw ImageErrors.Translate(e, "Listing the containers", cancellationToken);
        }
        return uses.ToImmutable();
    }

    private async Task<bool> TryCreateAsync(ImageRecord record, string doing, CancellationToken cancellationToken) =>
        await ImageErrors.MakeAsync(
            connection.Images.CreateAsync(new() { Image = ToApi(record) }, connection.Short(cancellationToken)), doing, cancellationToken);

    private Task UpdateAsync(ImageRecord record, string doing, CancellationToken cancellationToken)
    {
        var request = new Api.ImagesV1.UpdateImageRequest
        {
            Image = ToApi(record),
            UpdateMask = new FieldMask { Paths = { "target", "labels." + LastUsedLabel } },
        };
        return ImageErrors.CallAsync(connection.Images.UpdateAsync(request, connection.Short(cancellationToken)), doing, cancellationToken);
    }

    private static string? DigestName(ImageRecord record)
    {
        try
        {
            return ImageReference.Parse(record.Name).WithDigest(record.Target).ToString();
        }
        catch (FormatException)
        {
            // Another program's name: it needs no second one.
            return null;
        }
    }

    private static Api.ImagesV1.Image ToApi(ImageRecord record) => new()
    {
        Name = record.Name,
        Target = new() { MediaType = record.TargetType, Digest = record.Target, Size = record.TargetSize },
        Labels = { [LastUsedLabel] = Text(record.LastUsed) },
    };

    private static ImageRecord ToRecord(Api.ImagesV1.Image image)
    {
        var isNoted = DateTimeOffset.TryParse(
            image.Labels.TryGetValue(LastUsedLabel, out var text) ? text : null,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var used);
        // Without a note, of another program's image, the time of its making is the best guess.
        return new(
            image.Name, image.Target.Digest, image.Target.MediaType, image.Target.Size,
            isNoted ? used : image.UpdatedAt?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch);
    }

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture);
}
