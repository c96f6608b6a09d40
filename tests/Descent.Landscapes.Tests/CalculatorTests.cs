using System.Text.Json.Nodes;
using Descent.Landscapes.Interface;

namespace Descent.Landscapes.Tests;

/// <summary>Memory, batch sizes and signs of curvature, against worked figures and closed forms.</summary>
public class CalculatorTests
{
    [Fact]
    public void State_of_Adam_and_Lion_for_175_billion_parameters()
    {
        var rows = Ask("memory", """{"optimizers":["adam","lion","sgd","adafactor"]}""")["rows"]!.AsArray();
        Assert.Equal([1.4e12, 0.7e12, 0], rows.Take(3).Select(row => row!["bytes"]!.GetValue<double>()));
        Assert.Equal(8192, rows[3]!["numbers"]!.GetValue<double>());
        Assert.Equal(16777216, Ask("memory", "{}")["matrix_numbers"]!.GetValue<double>());
    }

    [Fact]
    public void Costs_and_rates_of_batch_sizes()
    {
        var reply = Ask("batch_sizes", """{"batches":[32,256,1200000],"learning_rate":0.1}""");
        Assert.Equal(12_000, reply["seconds_per_full_update"]!.GetValue<double>());
        var rows = reply["rows"]!.AsArray();
        Assert.Equal((37_500L, 0.32), (rows[0]!["updates"]!.GetValue<long>(), rows[0]!["seconds_per_update"]!.GetValue<double>()));
        Assert.Equal(0.8, rows[1]!["linear_rate"]!.GetValue<double>(), 1e-12);
        Assert.Equal(0.1 * Math.Sqrt(8), rows[1]!["square_root_rate"]!.GetValue<double>(), 1e-12);
        Assert.Equal(0, rows[2]!["noise"]!.GetValue<double>());
    }

    [Fact]
    public void Signs_of_curvature_agree_with_closed_forms_and_the_coin_does_not()
    {
        var rows = Ask("curvature_signs", """{"dimensions":4,"count":200000,"seed":1}""")["rows"]!.AsArray();
        foreach (var (row, share, tolerance) in new[] { (0, 0.5, 0.005), (1, 0.1464466, 0.003), (2, 0.0249218, 0.0015), (3, 0.0026, 0.0004) })
        {
            Assert.Equal(share, rows[row]!["measured"]!.GetValue<double>(), tolerance);
            Assert.Equal(1, rows[row]!["by_positive"]!.AsArray().Sum(each => each!.GetValue<double>()), 1e-12);
        }

        Assert.Equal(0.25, rows[1]!["coins"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("memory", """{"parameters":0}""", "The number of parameters must be from 1 to 1000000000000000, but was 0.")]
    [InlineData("batch_sizes", """{"examples":10,"batches":[11]}""", "A batch size must be from 1 to 10, but was 11.")]
    public void What_is_out_of_range_is_refused(string function, string request, string message) =>
        Assert.Equal(message, Assert.Throws<DescentException>(() => Functions.Call(function, request)).Message);

    private static JsonNode Ask(string function, string request) => JsonNode.Parse(Functions.Call(function, request).Json)!;
}
