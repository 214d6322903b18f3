"""The index of a board: the cards of a column in their order, and how many stand in each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_factor_amounts")]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                fields=["track", "region", "branch", "stage", "-rank", "expected"], name="item_by_column"
            ),
        )
    ]
