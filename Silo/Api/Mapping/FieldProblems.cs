using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Warren.Validation;

namespace Warren.Silo.Api.Mapping;

/// <summary>Reads fields of requests, and collects what is wrong with them, so that a caller hears of all of it at once.</summary>
internal sealed class FieldProblems
{
    private readonly ImmutableArray<ValidationProblem>.Builder _problems = ImmutableArray.CreateBuilder<ValidationProblem>();

    /// <summary>All that were noted.</summary>
    public IReadOnlyCollection<ValidationProblem> Found => _problems;

    /// <summary>Notes a problem.</summary>
    public void Add(string path, string message) => _problems.Add(new(path, message));

    /// <summary>Adds what a validator of the model says, but of fields that could not be read in the first place.</summary>
    public void AddFurther(IEnumerable<ValidationProblem> problems)
    {
        var known = _problems.Select(problem => problem.Path).ToHashSet(StringComparer.Ordinal);
        _problems.AddRange(problems.Where(problem => !known.Contains(problem.Path)));
    }

    /// <summary>Ends the call if there is a problem.</summary>
    /// <param name="thing">What was read: <c>service web</c>.</param>
    /// <exception cref="ValidationException">There is one.</exception>
    public void ThrowIfAny(string thing)
    {
        if (_problems.Count > 0) throw new ValidationException(thing, _problems.ToImmutable());
    }

    /// <summary>
    /// The value of the model; the numbers of the API's values are one higher, so that 0 says nothing. One that is not known is a problem.
    /// </summary>
    /// <param name="path">The field.</param>
    /// <param name="value">What the request says.</param>
    /// <param name="standard">What nothing means.</param>
    public TModel Enum<TProto, TModel>(string path, TProto value, TModel standard)
        where TProto : struct, System.Enum
        where TModel : struct, System.Enum
    {
        if (Optional<TProto, TModel>(path, value) is { } model) return model;
        return standard;
    }

    /// <inheritdoc cref="Enum{TProto, TModel}"/>
    /// <returns>Null: the request says nothing, or what is not known.</returns>
    public TModel? Optional<TProto, TModel>(string path, TProto value)
        where TProto : struct, System.Enum
        where TModel : struct, System.Enum
    {
        var number = Convert.ToInt32(value, CultureInfo.InvariantCulture);
        if (number == 0) return null;
        var model = (TModel)System.Enum.ToObject(typeof(TModel), number - 1);
        if (System.Enum.IsDefined(model)) return model;
        Add(path, $"must be one of {string.Join(", ", System.Enum.GetNames<TModel>())}, was the unknown number {number}");
        return null;
    }

    /// <summary>A time; null if the request says none, or one that is none.</summary>
    public TimeSpan? Time(string path, Duration? value)
    {
        if (value is null) return null;
        try
        {
            return value.ToTimeSpan();
        }
        catch (InvalidOperationException)
        {
            Add(path, $"must be a duration of at most 315,576,000,000 s with seconds and nanoseconds of one sign, was {value.Seconds} s and {value.Nanos} ns");
            return null;
        }
    }
}
