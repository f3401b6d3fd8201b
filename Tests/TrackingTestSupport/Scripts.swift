/// Names in many scripts, and with marks that join what stands before them.
package enum Scripts {
  package static let names = [
    "梯度提升实验", "勾配ブースティング実験", "그래디언트 부스팅", "ניסוי חיזוק", "تجربة التعزيز",
    "ग्रेडिएंट बूस्टिंग", "การทดลองเพิ่มพูน", "πείραμα ενίσχυσης", "градиентный бустинг", "சாய்வு ஊக்கம்",
    "e\u{301}preuve", "\u{301}x", "👩\u{200D}🔬 run",
  ]
}
