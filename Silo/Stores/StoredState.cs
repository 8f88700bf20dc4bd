namespace Warren.Silo.Stores;

/// <summary>The state of a grain as it is stored.</summary>
/// <param name="Form">The version of the payload's schema; see <see cref="StateFormat"/>.</param>
/// <param name="Payload">JSON.</param>
internal readonly record struct StoredState(int Form, string Payload);
