namespace Llava.Model.Checkpoints.Torch;

/// <summary>What a pickle will name again. Picklers number it from 0 on; other numbers cost more.</summary>
sealed class PickleMemo(PickleBudget budget)
{
    readonly List<object?> _inOrder = [];
    readonly Dictionary<long, object?> _others = [];

    public int Count => _inOrder.Count + _others.Count;

    public void Keep(long number, object? value)
    {
        if (number >= 0 && number < _inOrder.Count)
        {
            _inOrder[(int)number] = value;
        }
        else if (number == _inOrder.Count)
        {
            budget.Charge(PickleBudget.PlaceBytes);
            _inOrder.Add(value);
        }
        else
        {
            budget.Charge(PickleBudget.ContainerBytes);
            _others[number] = value;
        }
    }

    public object? Recall(long number) =>
        number >= 0 && number < _inOrder.Count ? _inOrder[(int)number]
        : _others.TryGetValue(number, out var value) ? value
        : throw new FormatException($"nothing is remembered as {number}");
}
