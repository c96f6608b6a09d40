using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Schedules;
using Descent.Text;

namespace Descent.Optimizers;

/// <summary>How the values of an option are written and read: one kind per type of property.</summary>
internal abstract class OptionKind
{
    private static readonly OptionKind Flag = new FlagKind();
    private static readonly OptionKind Inner = new MethodKind();

    /// <summary>The allowed values where there is no interval.</summary>
    public abstract string Range { get; }

    public static OptionKind Of(Type type) =>
        type == typeof(bool) ? Flag
        : type == typeof(Method) ? Inner
        : type.IsEnum ? new ChoiceKind(type)
        : new NumberKind(type);

    /// <summary>The value as the command line writes it.</summary>
    public abstract string Text(object? value);

    public virtual JsonNode? Json(object? value) => JsonValue.Create(Text(value));

    /// <summary>The value that a text stands for.</summary>
    /// <exception cref="DescentException">It stands for none.</exception>
    public abstract object? Parse(string option, string text);

    private static DescentException Refuse(string option, string expected, string text) => new($"{option} must be {expected}, but was '{Shown.Brief(text, 200)}'.");

    private sealed class FlagKind : OptionKind
    {
        public override string Range => "true or false";

        public override string Text(object? value) => (bool)value! ? "true" : "false";

        public override JsonNode? Json(object? value) => JsonValue.Create((bool)value!);

        public override object? Parse(string option, string text) => bool.TryParse(text, out var flag) ? flag : throw Refuse(option, Range, text);
    }

    private sealed class MethodKind : OptionKind
    {
        public override string Range => "a method";

        public override string Text(object? value) => Catalogue.Text((Method)value!);

        public override JsonNode? Json(object? value) => Catalogue.ToJson((Method)value!);

        public override object? Parse(string option, string text) =>
            text.StartsWith('{') ? Catalogue.FromJson(JsonFields.Parse(text, "method")) : Catalogue.Parse(text);
    }

    /// <summary>An enumeration, by its names in snake case.</summary>
    private sealed class ChoiceKind(Type type) : OptionKind
    {
        public override string Range => string.Join(" or ", Enum.GetNames(type).Select(Name));

        public override string Text(object? value) => Name(value!.ToString()!);

        public override object? Parse(string option, string text) =>
            Enum.GetNames(type).FirstOrDefault(name => string.Equals(Name(name), text.Replace('-', '_'), StringComparison.OrdinalIgnoreCase)) is { } found
                ? Enum.Parse(type, found)
                : throw Refuse(option, Range, text);

        private static string Name(string value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value);
    }

    /// <summary>A number: real or whole, perhaps absent, perhaps a schedule.</summary>
    private sealed class NumberKind(Type type) : OptionKind
    {
        private const string None = "none";

        public override string Range => "a number";

        private bool IsOptional => type == typeof(double?);

        public override string Text(object? value) => value switch
        {
            null => None,
            int whole => whole.ToString(CultureInfo.InvariantCulture),
            Hyperparameter number => number.ToString(),
            double.PositiveInfinity => "∞",
            double.NegativeInfinity => "-∞",
            _ => Schedule.Text((double)value),
        };

        public override JsonNode? Json(object? value) => value switch
        {
            null => null,
            int whole => JsonValue.Create(whole),
            Hyperparameter { Schedule: { } schedule } => JsonValue.Create(schedule.ToString()),
            Hyperparameter number => JsonValue.Create(number.Constant),
            double number when !double.IsFinite(number) => JsonValue.Create(Text(number)),
            _ => JsonValue.Create((double)value),
        };

        public override object? Parse(string option, string text)
        {
            if (IsOptional && text is None or "null")
            {
                return null;
            }

            if (type == typeof(int))
            {
                return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw Refuse(option, "an integer", text);
            }

            if (double.TryParse(text.Replace("∞", "Infinity"), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                return type == typeof(Hyperparameter) ? (Hyperparameter)number : (object)number;
            }

            return type == typeof(Hyperparameter) && text.Contains('(')
                ? (Hyperparameter)RelativeSchedule.ParseForRun(text)
                : throw Refuse(option, IsOptional ? "a number or none" : "a number", text);
        }
    }
}
