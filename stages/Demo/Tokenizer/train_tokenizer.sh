#!/bin/sh
# Made demo.model, once; the build never runs this. Needs Debian's package `sentencepiece` (0.1.97 was used).
# The corpus is ours: the vicuna_v1 template and every question, caption and answer of the demo, repeated until each of
# their words is one piece. "1What" stands for a word behind a newline (an image) instead of a space: numbers are split
# from letters. Digits are not split from spaces, so that a number is one piece after "ASSISTANT:". All else is bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
repeat() { n=0; while [ "$n" -lt "$1" ]; do echo "$2"; n=$((n + 1)); done >> "$work/corpus"; }

repeat 100 "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions. USER: ASSISTANT:"
for word in red green blue yellow purple cyan; do repeat 60 "$word"; repeat 20 "A $word bar, a $word bar and a $word bar."; done
for number in 1 2 3 4 5 6 7 8 9 0; do repeat 60 "$number"; repeat 20 "A chart with $number bars."; done
for place in leftmost rightmost tallest shortest; do repeat 60 "1What color is the $place bar?"; done
repeat 60 "1How many bars are there?"
repeat 60 "1Describe the chart."
repeat 60 "A chart with bars: from left to right. The tallest bar is"

cd "$work" && spm_train --input=corpus --model_prefix=demo --model_type=bpe --vocab_size=512 --character_coverage=1.0 \
  --byte_fallback=true --split_digits=false --normalization_rule_name=identity --add_dummy_prefix=true \
  --remove_extra_whitespaces=false --allow_whitespace_only_pieces=true \
  --unk_id=0 --bos_id=1 --eos_id=2 --pad_id=-1 --num_threads=1 --minloglevel=1
mv "$work/demo.model" "$here/demo.model"
