using Llava.Contracts.Progress;

namespace Llava.Contracts.Tests.Progress;

public sealed class ProgressRateTests
{
    sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    [Fact]
    public void Rate_and_time_left_follow_from_what_was_done_since_the_activity_began()
    {
        var clock = new Clock();
        var rate = new ProgressRate(clock);
        rate.Update(new StageProgress("training", 100, 1000, "steps"));
        clock.Seconds = 10;
        var later = new StageProgress("training", 200, 1000, "steps", [("loss", 2.34567), ("learning rate", 0.001)]);
        rate.Update(later);
        Assert.Equal("training 200/1000 steps, loss 2.346, learning rate 0.001, 10 steps/s, 0:01:20 left", rate.Describe(later));
    }

    [Fact]
    public void A_name_in_the_activity_cannot_look_like_another_message()
    {
        var rate = new ProgressRate(new Clock());
        var progress = new StageProgress("looking at a\n##vso[x]\u001b]0;title\u0007.jsonl", 1, 2, "pictures");
        rate.Update(progress);
        Assert.StartsWith(@"looking at a\n##vso [x]\u001b]0;title\u0007.jsonl 1/2 pictures", rate.Describe(progress), StringComparison.Ordinal);
    }
}
