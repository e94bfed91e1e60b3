namespace Llava.Generate.Search;

/// <summary>The best of the beams that have ended, as many as are searched with.</summary>
sealed class EndedBeams(int capacity)
{
    readonly List<Beam> _beams = [];

    /// <summary>The later one among equals.</summary>
    public Beam Best => _beams.Aggregate((best, beam) => beam.Score >= best.Score ? beam : best);

    double Lowest => _beams.Min(beam => beam.Score);

    public void Add(Beam beam)
    {
        if (_beams.Count == capacity && beam.Score <= Lowest)
            return;
        _beams.Add(beam);
        if (_beams.Count > capacity)
            _beams.RemoveAt(_beams.FindIndex(ended => ended.Score == Lowest));
    }

    /// <summary>Whether an open beam, were its next tokens certain, could not come in any more.</summary>
    public bool AreBetterThan(Beam open) => _beams.Count == capacity && Lowest >= open.Score;
}
