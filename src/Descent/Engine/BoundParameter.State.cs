using System.Numerics;
using Descent.State;

namespace Descent.Engine;

/// <summary>How the state of a parameter is saved and restored.</summary>
internal sealed partial class BoundParameter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string TrainingPoint = "training_point";

    public override void Save(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            file.Add<T>(NameOf(i, prefix), Slots[i].ShapeOf(Typed.Shape), State[i]);
        }

        var names = ScalarNames;
        for (var i = 0; i < names.Count; i++)
        {
            file.Add<double>($"{prefix}{Typed.Name}.{names[i].Name}", [Scalars.Length / names.Count], Scalars.Where((_, index) => index % names.Count == i).ToArray());
        }
    }

    public override void SaveTrainingPoint(TensorFile file, string prefix)
    {
        if (Kernels.Binding.Evaluation is not null && Steps > 0)
        {
            file.Add<T>($"{prefix}{Typed.Name}.{TrainingPoint}", Typed.Shape, training);
        }
    }

    public override IEnumerable<string> StateNames(string prefix) =>
        [.. Slots.Select(slot => $"{prefix}{Typed.Name}.{slot.Name}"), .. ScalarNames.Select(slot => $"{prefix}{Typed.Name}.{slot.Name}")];

    public override IEnumerable<string> TrainingPointNames(string prefix, long steps) =>
        Kernels.Binding.Evaluation is not null && steps > 0 ? [$"{prefix}{Typed.Name}.{TrainingPoint}"] : [];

    public override void CheckState(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            Check(file[NameOf(i, prefix)], Slots[i].ShapeOf(Typed.Shape), TensorFile.ElementTypeOf<T>());
        }

        foreach (var slot in ScalarNames)
        {
            Check(file[$"{prefix}{Typed.Name}.{slot.Name}"], [Scalars.Length / ScalarNames.Count], TensorFile.ElementTypeOf<double>());
        }
    }

    public override void CheckTrainingPoint(TensorFile file, string prefix, long steps)
    {
        foreach (var name in TrainingPointNames(prefix, steps))
        {
            Check(file[name], Typed.Shape.ToArray(), TensorFile.ElementTypeOf<T>());
        }
    }

    public override void LoadState(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            file[NameOf(i, prefix)].CopyTo<T>(State[i]);
        }

        var names = ScalarNames;
        var column = new double[names.Count == 0 ? 0 : Scalars.Length / names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            file[$"{prefix}{Typed.Name}.{names[i].Name}"].CopyTo<double>(column);
            for (var row = 0; row < column.Length; row++)
            {
                Scalars[(row * names.Count) + i] = column[row];
            }
        }
    }

    public override void LoadTrainingPoint(TensorFile file, string prefix)
    {
        foreach (var name in TrainingPointNames(prefix, Steps))
        {
            training ??= new T[Typed.Length];
            file[name].CopyTo<T>(training);
        }
    }

    private IReadOnlyList<StateSlot> ScalarNames => Kernels.Binding.Scope == Scope.Group ? [] : Kernels.Binding.Scalars;

    private static void Check(StoredTensor stored, int[] shape, string type)
    {
        if (!stored.Shape.SequenceEqual(shape) || stored.ElementType != type)
        {
            throw new DescentException(
                $"The state '{stored.Name}' must be {type} {Parameter.Describe(shape)}, but is {stored.ElementType} {Parameter.Describe(stored.Shape.ToArray())}; it was saved for another model.");
        }
    }

    private string NameOf(int slot, string prefix) => $"{prefix}{Typed.Name}.{Slots[slot].Name}";
}
