"""The texts of the page."""

from neural_style.ui.texts import texts


def test_a_term_of_the_loss_is_called_by_a_word_for_people_or_by_its_name_in_words() -> None:
    assert texts().loss_term("style") == "painting"
    assert (texts().loss_term("wasserstein"), texts().loss_term("matching")) == ("palette", "strokes")
    assert texts().loss_term("matched_strokes") == "matched strokes"
