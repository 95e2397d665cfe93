#!/bin/sh
# Publishes a day of real trades and reads it with Spark as docs/reading.md says: ./benchmarks/read-with-spark.sh [DATA]
# DATA is the folder of the real trades (default: ../shared/data/us_equity). Spark is downloaded on first use; it needs a
# JDK 17 or 21.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
data=${1-$root/../shared/data/us_equity}
[ -f "$data/expected_by_listing.csv" ] || {
    echo "read-with-spark.sh: no expected_by_listing.csv in $data; name the folder of the real trades" >&2
    exit 2
}
data=$(cd "$data" && pwd)
command -v mvn >/dev/null || { echo "read-with-spark.sh needs Maven 3.8 or later: mvn is not on the PATH" >&2; exit 1; }

out=$(mktemp -d "${TMPDIR:-/tmp}/tickshred-spark.XXXXXX")
trap 'rm -rf "$out"' EXIT
"$root/tickshred" run --input "$data" --dates 2013-10-07 --max-rows 100000 --output "$out/days" --work-dir "$out/work"
mvn -B --no-transfer-progress -f "$root/benchmarks/spark/pom.xml" test \
    -Dreading.output="$out/days" -Dreading.expected="$data/expected_by_listing.csv"
