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

    public override IEnumerable<StateTensor> StateTensors(string prefix) =>
    [
        .. Slots.Select((slot, i) => new StateTensor(NameOf(i, prefix), TensorFile.ElementTypeOf<T>(), slot.ShapeOf(Typed.Shape))),
        .. ScalarNames.Select(slot => new StateTensor($"{prefix}{Typed.Name}.{slot.Name}", TensorFile.ElementTypeOf<double>(), [Scalars.Length / ScalarNames.Count])),
    ];

    public override IEnumerable<StateTensor> TrainingPointTensors(string prefix, long steps) =>
        Kernels.Binding.Evaluation is not null && steps > 0 ? [new StateTensor($"{prefix}{Typed.Name}.{TrainingPoint}", TensorFile.ElementTypeOf<T>(), Typed.Shape.ToArray())] : [];

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
        foreach (var tensor in TrainingPointTensors(prefix, Steps))
        {
            training ??= new T[Typed.Length];
            file[tensor.Name].CopyTo<T>(training);
        }
    }

    private IReadOnlyList<StateSlot> ScalarNames => Kernels.Binding.Scope == Scope.Group ? [] : Kernels.Binding.Scalars;

    private string NameOf(int slot, string prefix) => $"{prefix}{Typed.Name}.{Slots[slot].Name}";
}
